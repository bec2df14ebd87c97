import sys

if "store" in sys.argv[1:]:
    import sqlite3

    db = sqlite3.connect(":memory:")
    db.execute("create table visits (name text)")
    db.execute("insert into visits values ('Ada')")
    print("stored", db.execute("select count(*) from visits").fetchone()[0])
else:
    print("nothing to store")
