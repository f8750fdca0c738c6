"""The workbench: a database's articles, events and actors as pages in the browser, and as JSON at the same addresses."""
