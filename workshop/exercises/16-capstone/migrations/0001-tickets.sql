create table if not exists tickets (
  number integer generated always as identity primary key,
  title text not null
)
