module example.com/intranet

go 1.26
