// Answers that are errors are shown, too: they say what went wrong.
document.addEventListener('htmx:beforeSwap', (event) => {
  if (event.detail.xhr.status >= 400) event.detail.shouldSwap = true;
});
