"""What the receiver recorded of SPF, DKIM and DMARC, in the form of the sidecars. Legitimate mail is not always vouched for, attacks often are."""

from chance import Chance

Auth = dict | None
NO_DKIM = [{"result": "none", "domain": None}]
NO_DMARC = {"result": "none", "policy": None}
POLICIES = {"none": 4, "quarantine": 3, "reject": 4}
# The receiver recorded nothing in this share of both classes, so that absence says nothing.
UNRECORDED = 0.08

# How legitimate senders of each register are vouched for.
LEGITIMATE = {
    "bulk": {"provider": 54, "aligned": 30, "provider_only": 5, "forwarded": 4, "spf_only": 3, "nothing": 2, "softfail": 2},
    "notice": {"aligned": 58, "provider": 26, "spf_only": 5, "provider_only": 3, "forwarded": 3, "nothing": 3, "softfail": 2},
    "person": {"aligned": 66, "spf_only": 11, "nothing": 7, "forwarded": 5, "softfail": 4, "broken": 4, "dkim_only": 3},
}


def record(chance: Chance, style: str, from_domain: str, envelope_domain: str, provider: str | None = None) -> Auth:
    """The results of one style of sending; `provider` is whose servers sent it, where they are not the sender's."""
    if chance.maybe(UNRECORDED):
        return None
    policy = chance.pick(POLICIES)
    other = provider or envelope_domain
    mine = [{"result": "pass", "domain": from_domain}]
    theirs = [{"result": "pass", "domain": other}]
    passed = {"result": "pass", "policy": policy}
    weak = chance.choice([NO_DMARC, {"result": "fail", "policy": "none"}])
    failed = {"result": "fail", "policy": policy}
    results = {
        "aligned": ("pass", mine, passed if chance.maybe(0.85) else NO_DMARC),
        "provider": ("pass", mine + theirs if chance.maybe(0.5) else mine, passed if chance.maybe(0.88) else NO_DMARC),
        "provider_only": ("pass", theirs, weak),
        "spf_only": ("pass", NO_DKIM, passed if chance.maybe(0.6) else NO_DMARC),
        "dkim_only": ("none", mine, passed if chance.maybe(0.7) else NO_DMARC),
        "nothing": ("none", NO_DKIM, NO_DMARC),
        "softfail": (chance.choice(["softfail", "neutral"]), NO_DKIM, weak),
        "forwarded": (chance.choice(["fail", "softfail"]), mine, passed),
        "broken": (chance.choice(["fail", "softfail", "pass"]), [{"result": "fail", "domain": from_domain}], weak),
        "forged": (chance.choice(["fail", "softfail", "none"]), NO_DKIM, failed if chance.maybe(0.7) else NO_DMARC),
        "unrelated": ("pass", NO_DKIM if chance.maybe(0.5) else theirs, failed if chance.maybe(0.6) else NO_DMARC),
    }
    spf, dkim, dmarc = results[style]
    return {"spf": {"result": spf, "domain": envelope_domain}, "dkim": dkim, "dmarc": dmarc}
