// The stored colour scheme, or the one the system asks for, before anything is painted.
{
  let stored = null;
  try {
    stored = localStorage.getItem("portal.scheme");
  } catch {
    // Storage is forbidden: the system decides.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.dataset.mdColorScheme = stored ?? (dark ? "slate" : "default");
}
