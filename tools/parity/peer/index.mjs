/** What the parity check uses of node-llama-cpp, from the node_modules beside this file. */
export { getLlama, LlamaLogLevel } from 'node-llama-cpp';
