insert into tickets (title)
select 'Welcome to the help desk' where not exists (select from tickets)
