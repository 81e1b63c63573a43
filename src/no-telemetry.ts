/**
 * The packaged onnxruntime (from 1.29 on) tells its maker about processes and models, over the network, unless this variable of the
 * environment is there before the library is loaded; then it neither sends nor keeps anything. Postern tells nobody anything. Imported
 * for its effect, before onnxruntime; a thread has a copy of the environment that the library does not see, so the main thread of
 * every program imports it, too.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';

export {};
