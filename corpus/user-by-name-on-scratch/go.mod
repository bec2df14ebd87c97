module example.com/uid

go 1.26
