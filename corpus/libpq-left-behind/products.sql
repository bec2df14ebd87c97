create table products (
  id integer generated always as identity primary key,
  name text not null unique,
  price numeric(8, 2) not null check (price > 0)
);
insert into products (name, price) values ('lamp', 20), ('chair', 45.5);
