// Search in a site that is read from a folder. A page of the file: scheme may not start a worker, so the
// worker's script runs in a hidden frame, which has what the script asks of a worker.
(() => {
  if (location.protocol !== "file:") return;

  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const scope = (this.scope = frame.contentWindow);
      const load = (source) =>
        new Promise((resolve, reject) => {
          const script = scope.document.createElement("script");
          script.src = source;
          script.onload = resolve;
          script.onerror = () => reject(new Error(`${source} cannot be loaded`));
          scope.document.body.append(script);
        });
      scope.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      scope.importScripts = (...sources) =>
        sources.reduce((before, source) => before.then(() => load(source)), Promise.resolve());
      this.ready = load(new URL(url, location.href).href);
    }

    postMessage(data) {
      this.ready.then(() => {
        const copy = this.scope.structuredClone(data);
        this.scope.dispatchEvent(new this.scope.MessageEvent("message", { data: copy }));
      });
    }

    terminate() {
      this.scope.frameElement.remove();
    }
  };
})();
