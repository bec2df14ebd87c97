create table visits (name text not null, at timestamp not null);
create index visits_at on visits (at);
