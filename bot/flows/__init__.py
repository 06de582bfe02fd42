"""Steps with I/O that join the rest; each a short async function."""
