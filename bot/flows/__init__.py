"""Steps with I/O that join the rest; each a short async function."""

import storage  # noqa: F401 - first, since it says how sqlite-utils is imported
