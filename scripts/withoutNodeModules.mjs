/** For electron-builder's `beforeBuild`: the app's parts are bundles, so no node_modules are to be looked through. */
export default () => false;
