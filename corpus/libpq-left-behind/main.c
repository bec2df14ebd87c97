/* shop list | shop add NAME PRICE: the products of a shop, in PostgreSQL. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static PGresult *query(PGconn *shop, const char *text, int count, const char *const *values) {
    PGresult *result = PQexecParams(shop, text, count, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        fprintf(stderr, "shop: %s", PQerrorMessage(shop));
        exit(1);
    }
    return result;
}

int main(int count, char **words) {
    PGconn *shop = PQconnectdb(getenv("DATABASE_URL"));
    if (PQstatus(shop) != CONNECTION_OK) {
        fprintf(stderr, "shop: %s", PQerrorMessage(shop));
        return 1;
    }
    if (count == 4 && strcmp(words[1], "add") == 0) {
        const char *values[] = {words[2], words[3]};
        PGresult *added = query(shop,
            "insert into products (name, price) values ($1, $2) returning id", 2, values);
        printf("added as number %s\n", PQgetvalue(added, 0, 0));
        return 0;
    }
    PGresult *products = query(shop, "select id, name, price from products order by id", 0, NULL);
    for (int row = 0; row < PQntuples(products); row++)
        printf("%s  %-10s %8s\n", PQgetvalue(products, row, 0), PQgetvalue(products, row, 1),
            PQgetvalue(products, row, 2));
    return 0;
}
