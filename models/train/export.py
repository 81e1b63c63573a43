"""The files of a shipped model: text.onnx, trees.onnx and trees.json, and proof that they agree with what was trained."""

import hashlib
import json
from pathlib import Path

import lightgbm as lgb
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from text import MOST, STRANGE_FROM, STRANGE_LEAST, STRANGE_SLOPE, Categories, Linear

OPSET = 17
ML_OPSET = 1
IR_VERSION = 8
PARITY_ROWS = 12
CLOSE = 1e-5


def text_model(unwanted: Linear, categories: Categories) -> onnx.ModelProto:
    """ids [n] of distinct grams → logit [1] (within ±MOST), categories [8] (logits), strangeness [1] (mean rarity of the grams).

    The table is half precision: 2.6 MB.
    """
    table = np.column_stack([unwanted.weights, categories.weights.T, unwanted.rarity**2]).astype(np.float16)
    bias = np.concatenate([[unwanted.bias], categories.bias]).astype(np.float32)
    constants = {
        "table": table,
        "bias": bias,
        "one": np.array(1, dtype=np.float32),
        "first": np.array([0], dtype=np.int64),
        "sums": np.array([len(bias), 1], dtype=np.int64),
        "kinds": np.array([1, len(bias) - 1], dtype=np.int64),
        "most": np.array(MOST, dtype=np.float32),
        "from": np.array(STRANGE_FROM, dtype=np.float32),
        "slope": np.array(STRANGE_SLOPE, dtype=np.float32),
        "least": np.array(STRANGE_LEAST, dtype=np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["halves"]),
        helper.make_node("Cast", ["halves"], ["rows"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["rows", "first"], ["sum"], keepdims=0),
        helper.make_node("Split", ["sum", "sums"], ["weights", "squares"], axis=0),
        # No grams at all is a sum of 0; dividing it by 0 would be NaN.
        helper.make_node("Max", ["squares", "one"], ["atLeastOne"]),
        helper.make_node("Sqrt", ["atLeastOne"], ["length"]),
        helper.make_node("Div", ["weights", "length"], ["mean"]),
        helper.make_node("Add", ["mean", "bias"], ["logits"]),
        helper.make_node("Split", ["logits", "kinds"], ["raw", "categories"], axis=0),
        helper.make_node("Shape", ["ids"], ["count"]),
        helper.make_node("Cast", ["count"], ["counted"], to=TensorProto.FLOAT),
        helper.make_node("Max", ["counted", "one"], ["grams"]),
        helper.make_node("Div", ["squares", "grams"], ["strangeness"]),
        helper.make_node("Sub", ["strangeness", "from"], ["beyond"]),
        helper.make_node("Mul", ["beyond", "slope"], ["less"]),
        helper.make_node("Sub", ["one", "less"], ["share"]),
        helper.make_node("Clip", ["share", "least", "one"], ["held"]),
        helper.make_node("Mul", ["raw", "held"], ["trusted"]),
        helper.make_node("Div", ["trusted", "most"], ["ofMost"]),
        helper.make_node("Tanh", ["ofMost"], ["bounded"]),
        helper.make_node("Mul", ["bounded", "most"], ["logit"]),
    ]
    graph = helper.make_graph(
        nodes,
        "text",
        [helper.make_tensor_value_info("ids", TensorProto.INT32, ["n"])],
        [
            helper.make_tensor_value_info("logit", TensorProto.FLOAT, [1]),
            helper.make_tensor_value_info("categories", TensorProto.FLOAT, [len(bias) - 1]),
            helper.make_tensor_value_info("strangeness", TensorProto.FLOAT, [1]),
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return _model(graph, [helper.make_opsetid("", OPSET)])


def flat_trees(booster: lgb.Booster) -> list[dict]:
    """Each tree as arrays by node, in the form that serving reads."""
    return [_flat(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]


def _flat(root: dict) -> dict:
    tree: dict = {name: [] for name in ("feature", "threshold", "left", "right", "missingLeft", "count", "value")}

    def add(node: dict) -> int:
        number = len(tree["feature"])
        leaf = "leaf_value" in node
        threshold = 0.0 if leaf else float(_float_below(node["threshold"]))
        tree["feature"].append(0 if leaf else node["split_feature"])
        tree["threshold"].append(threshold)
        tree["missingLeft"].append(0 if leaf else int(_missing_left(node)))
        tree["count"].append(node["leaf_count"] if leaf else node["internal_count"])
        tree["value"].append(float(node["leaf_value"]) if leaf else 0.0)
        tree["left"].append(-1)
        tree["right"].append(-1)
        if not leaf:
            tree["left"][number] = add(node["left_child"])
            tree["right"][number] = add(node["right_child"])
        return number

    add(root)
    return tree


def _float_below(threshold: float) -> np.float32:
    """The largest float32 not above: features are float32, so comparisons with it come out the same as with the double."""
    rounded = np.float32(min(threshold, float(np.finfo(np.float32).max)))
    return rounded if float(rounded) <= threshold else np.nextafter(rounded, np.float32(-np.inf))


def _missing_left(node: dict) -> bool:
    if node["decision_type"] != "<=":
        raise ValueError(f"a split by {node['decision_type']} cannot be exported")
    if node["missing_type"] == "NaN":
        return bool(node["default_left"])
    if node["missing_type"] == "None":
        # No value was missing in training: LightGBM then reads NaN as 0.
        return 0.0 <= node["threshold"]
    raise ValueError(f"missing type {node['missing_type']} cannot be exported")


def trees_model(trees: list[dict], features: int) -> onnx.ModelProto:
    """features [1, f] (the schema's, then the text logit) → score [1, 1]: the sum of the leaves."""
    columns: dict = {name: [] for name in ("tree", "node", "feature", "value", "mode", "left", "right", "missing")}
    leaves: dict = {name: [] for name in ("tree", "node", "weight")}
    for number, tree in enumerate(trees):
        for node in range(len(tree["feature"])):
            leaf = tree["left"][node] < 0
            columns["tree"].append(number)
            columns["node"].append(node)
            columns["feature"].append(tree["feature"][node])
            columns["value"].append(tree["threshold"][node])
            columns["mode"].append("LEAF" if leaf else "BRANCH_LEQ")
            columns["left"].append(max(tree["left"][node], 0))
            columns["right"].append(max(tree["right"][node], 0))
            columns["missing"].append(tree["missingLeft"][node])
            if leaf:
                leaves["tree"].append(number)
                leaves["node"].append(node)
                leaves["weight"].append(tree["value"][node])
    node = helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["score"],
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function="SUM",
        nodes_treeids=columns["tree"],
        nodes_nodeids=columns["node"],
        nodes_featureids=columns["feature"],
        nodes_values=columns["value"],
        nodes_modes=columns["mode"],
        nodes_truenodeids=columns["left"],
        nodes_falsenodeids=columns["right"],
        nodes_missing_value_tracks_true=columns["missing"],
        target_treeids=leaves["tree"],
        target_nodeids=leaves["node"],
        target_ids=[0] * len(leaves["node"]),
        target_weights=leaves["weight"],
    )
    graph = helper.make_graph(
        [node],
        "trees",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, features])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, [None, 1])],
    )
    return _model(graph, [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)])


def _model(graph: onnx.GraphProto, opsets: list) -> onnx.ModelProto:
    model = helper.make_model(graph, opset_imports=opsets, producer_name="postern")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


def parity(booster: lgb.Booster, text: bytes, columns: np.ndarray, buckets: int) -> dict:
    """Invented rows with what LightGBM and ONNX Runtime make of them, for the tests of serving.

    Each value is drawn between the extremes of its column, alone, so no row comes from a message. A tenth is missing.
    """
    generator = np.random.default_rng(7)
    low = np.nan_to_num(np.fmin.reduce(columns, axis=0))
    high = np.nan_to_num(np.fmax.reduce(columns, axis=0))
    rows = (low + generator.random((PARITY_ROWS, len(low))) ** 3 * (high - low)).astype(np.float32)
    rows[generator.random(rows.shape) < 0.1] = np.nan
    rows[0, :-1] = np.nan
    rows[:, -1] = np.linspace(-MOST, MOST, PARITY_ROWS)
    contributions = booster.predict(rows, pred_contrib=True)
    session = onnxruntime.InferenceSession(text)
    texts = []
    for size in (0, 1, 40, 900):
        ids = generator.choice(buckets, size, replace=False).astype(np.int32)
        logit, categories, strangeness = session.run(["logit", "categories", "strangeness"], {"ids": ids})
        shares = [float(one) for one in categories]
        texts.append({"ids": ids.tolist(), "logit": float(logit[0]), "categories": shares, "strangeness": float(strangeness[0])})
    return {
        "trees": [
            {
                "features": [None if np.isnan(one) else float(one) for one in row],
                "score": float(score),
                "contributions": [float(one) for one in parts],
            }
            for row, score, parts in zip(rows, booster.predict(rows, raw_score=True), contributions)
        ],
        "texts": texts,
    }


def check_same(booster: lgb.Booster, trees: bytes, rows: np.ndarray) -> float:
    """Largest difference between LightGBM and the exported trees over the rows; raises where it is not small."""
    score = onnxruntime.InferenceSession(trees).run(None, {"features": rows})[0].ravel()
    difference = float(np.abs(score - booster.predict(rows, raw_score=True)).max())
    if not difference < CLOSE:
        raise ValueError(f"exported trees differ from LightGBM by {difference}")
    return difference


def write(folder: Path, files: dict[str, bytes]) -> dict[str, dict]:
    """Writes the files and gives their sizes and hashes for the card."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return {name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()}


def as_json(value: object, indent: int | None = None) -> bytes:
    separators = (",", ":") if indent is None else (",", ": ")
    return (json.dumps(value, indent=indent, separators=separators, ensure_ascii=False, allow_nan=False) + "\n").encode()
