module slugs

go 1.26
