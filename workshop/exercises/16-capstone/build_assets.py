"""A build step: joins the style sheets of assets/ into one small file, static/site.css."""

import re
from pathlib import Path

sheets = [file.read_text() for file in sorted(Path("assets").glob("*.css"))]
text = re.sub(r"/\*.*?\*/", "", "".join(sheets), flags=re.S)
text = re.sub(r"\s*([{}:;,])\s*", r"\1", " ".join(text.split()))
Path("static").mkdir()
Path("static/site.css").write_text(text + "\n")
