/**
 * What the page does beyond being read: switch light and dark, copy a command, save the data, show where one is.
 * Without it the page is complete; the buttons it serves stay hidden.
 */
export const pageScript: string = `
(() => {
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const remembered = {
    get() { try { return localStorage.getItem('sallyport-theme'); } catch { return null; } },
    set(theme) { try { localStorage.setItem('sallyport-theme', theme); } catch {} },
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const theme = () => root.dataset.theme ?? (dark.matches ? 'dark' : 'light');
  const chosen = remembered.get();
  if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;

  document.addEventListener('DOMContentLoaded', () => {
    for (const button of all('[data-theme-switch]')) {
      const show = () => button.setAttribute('aria-pressed', String(theme() === 'dark'));
      button.hidden = false;
      show();
      dark.addEventListener('change', show);
      button.addEventListener('click', () => {
        root.dataset.theme = theme() === 'dark' ? 'light' : 'dark';
        remembered.set(root.dataset.theme);
        show();
      });
    }
    for (const button of navigator.clipboard ? all('[data-copy]') : []) {
      const name = button.textContent;
      button.hidden = false;
      button.addEventListener('click', async () => {
        try {
          await navigator.clipboard.writeText(button.previousElementSibling.textContent);
          button.textContent = root.dataset.copied;
          setTimeout(() => { button.textContent = name; }, 1500);
        } catch {
          getSelection().selectAllChildren(button.previousElementSibling);
        }
      });
    }
    for (const button of all('[data-save]')) {
      button.hidden = false;
      button.addEventListener('click', () => {
        const results = JSON.parse(document.getElementById('results').textContent);
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob([JSON.stringify(results, null, 2) + '\\n'], { type: 'application/json' }));
        link.download = 'results.json';
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      });
    }
    const bar = document.querySelector('nav');
    const links = new Map(all('nav a').map((link) => [link.hash.slice(1), link]));
    const onScreen = new Set();
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) onScreen[isIntersecting ? 'add' : 'delete'](target.id);
      for (const [id, link] of links) {
        link.toggleAttribute('data-current', onScreen.has(id));
        if (onScreen.has(id)) bar.scrollTo({ left: link.offsetLeft - bar.offsetLeft - bar.clientWidth / 2 });
      }
    }, { rootMargin: '-30% 0px -65% 0px' });
    for (const id of links.keys()) {
      const section = document.getElementById(id);
      if (section) observer.observe(section);
    }
  });
})();
`;
