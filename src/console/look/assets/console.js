// What makes the console quicker for those who have scripts; every page works without this file.

// Changes by htmx carry the token of the session, as forms do.
document.addEventListener('htmx:configRequest', (event) => {
  const token = document.querySelector('meta[name="form-token"]')?.content;
  if (token) event.detail.headers['x-form-token'] = token;
});

// Answers that are errors are shown, too: they say what went wrong.
document.addEventListener('htmx:beforeSwap', (event) => {
  if (event.detail.xhr.status < 400) return;
  if ((event.detail.requestConfig.triggeringEvent?.type ?? '').startsWith('every')) return;
  event.detail.shouldSwap = true;
});

// Elements with data-live ask by themselves: not for a page that nobody looks at, nor while somebody reads what is unfolded in them.
document.addEventListener('htmx:beforeRequest', (event) => {
  const { elt } = event.detail;
  if (!elt.hasAttribute('data-live')) return;
  if (document.hidden || elt.querySelector('details[open]') || elt.contains(document.activeElement))
    event.preventDefault();
});

// The header `HX-Trigger: {"toast": {"text": …, "error": true}}` of an answer.
document.addEventListener('toast', (event) => {
  const { text, value, error = false } = event.detail;
  say(text ?? value ?? '', error);
});

function say(text, isError) {
  const toasts = document.querySelector('.toasts');
  if (!toasts || text === '') return;
  const toast = document.createElement('div');
  toast.textContent = text;
  toast.classList.toggle('error', isError);
  toasts.append(toast);
  setTimeout(() => toast.remove(), isError ? 12000 : 5000);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('button, a');
  if (!button) return;
  const { confirm, confirmed, copy, close, show } = button.dataset;
  if (confirm !== undefined) ask(event, button, document.getElementById(confirm));
  else if (confirmed !== undefined) confirmIn(event, button.closest('dialog'));
  else if (copy !== undefined) void copyText(button, copy);
  else if (close !== undefined) button.closest('dialog')?.close();
  else if (show !== undefined) document.getElementById(show)?.showModal();
});

/** The button whose question is open; without scripts the button itself sends its form. */
let asking = null;

function ask(event, button, dialog) {
  if (!dialog || asking === button) return;
  event.preventDefault();
  event.stopPropagation();
  asking = button;
  dialog.addEventListener(
    'close',
    () => {
      asking = null;
    },
    { once: true },
  );
  dialog.showModal();
}

function confirmIn(event, dialog) {
  event.preventDefault();
  const button = asking;
  if (button) button.form ? button.form.requestSubmit(button) : button.click();
  dialog.close();
}

async function copyText(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    say(button.dataset.copied ?? '✓', false);
  } catch (error) {
    say(String(error), true);
  }
}

// Keys for lists, where no field has the focus: the link of a row is what is focused, so Enter opens it by itself.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.('input:not([type="checkbox"]), select, textarea, dialog')) return;
  if (act(event.key)) event.preventDefault();
});

function act(key) {
  if (key === '?') return shown(document.getElementById('keys'));
  if (key === '/') return focused(document.querySelector('[type="search"]'));
  const rows = [...document.querySelectorAll('table[data-keys] tbody tr:has(a)')];
  if (rows.length === 0) return clicked(document.querySelector(`[data-key="${CSS.escape(key)}"]`));
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (key === 'j') return focused(rows[Math.min(at + 1, rows.length - 1)].querySelector('a'));
  if (key === 'k') return focused(rows[Math.max(at - 1, 0)].querySelector('a'));
  if (key === 'x') return clicked(rows[at]?.querySelector('input[type="checkbox"]'));
  const own = rows[at]?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  return clicked(own ?? document.querySelector(`[data-key="${CSS.escape(key)}"]:not(tr *)`));
}

function shown(dialog) {
  dialog?.showModal();
  return Boolean(dialog);
}

function focused(element) {
  element?.focus();
  element?.scrollIntoView({ block: 'nearest' });
  return Boolean(element);
}

function clicked(element) {
  element?.click();
  return Boolean(element);
}

// The box in the head of a list takes or leaves all rows of it.
document.addEventListener('change', (event) => {
  const { target } = event;
  if (!target.matches?.('input[data-all]')) return;
  for (const box of target.closest('table').querySelectorAll('tbody input[type="checkbox"]'))
    box.checked = target.checked;
});

// The menu of the person closes when something else is clicked, or by Escape.
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]'))
    if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keyup', (event) => {
  if (event.key === 'Escape')
    for (const menu of document.querySelectorAll('details.menu[open]')) menu.open = false;
});

// On a phone the navigation scrolls: the page that is open is to be in sight.
addEventListener('DOMContentLoaded', () => {
  document.querySelector('header.bar [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
});

// A slider and the number beside it show the same; the one that moves tells the other.
document.addEventListener('input', (event) => {
  const { target } = event;
  const mirror = target.dataset?.mirror;
  const other = mirror
    ? document.getElementById(mirror)
    : document.querySelector(`[data-mirror="${target.id}"]`);
  if (target.id || mirror) if (other) other.value = target.value === '' ? '1' : target.value;
});
