SET ROLE plain;
CREATE SCHEMA shelf;
CREATE TABLE author (id serial PRIMARY KEY, name text NOT NULL UNIQUE, boss integer REFERENCES author,
  favourite integer);
CREATE TABLE book (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words integer,
  author integer NOT NULL REFERENCES author ON UPDATE CASCADE ON DELETE CASCADE,
  doubled integer GENERATED ALWAYS AS (words * 2) STORED);
ALTER TABLE author ADD CONSTRAINT favourite_key FOREIGN KEY (favourite) REFERENCES book
  DEFERRABLE INITIALLY IMMEDIATE;
COMMENT ON CONSTRAINT favourite_key ON author IS 'it''s a cycle';
CREATE TABLE review (id bigserial PRIMARY KEY, book integer REFERENCES book ON DELETE SET NULL,
  author integer REFERENCES author ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE loan (id integer PRIMARY KEY, author integer);
INSERT INTO loan VALUES (1, 77);
ALTER TABLE loan ADD CONSTRAINT loan_key FOREIGN KEY (author) REFERENCES author NOT VALID;
CREATE TABLE shelf.place (day date, spot integer, author integer REFERENCES author, PRIMARY KEY (day, spot))
  PARTITION BY RANGE (day);
CREATE TABLE shelf.place_2020 PARTITION OF shelf.place FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE shelf.place_rest PARTITION OF shelf.place DEFAULT;
CREATE TABLE keyless (a text, b integer);
CREATE TABLE booking (id integer PRIMARY KEY, room integer, during int4range,
  turn integer UNIQUE DEFERRABLE INITIALLY DEFERRED, EXCLUDE USING gist (during WITH &&));
CREATE TABLE base (id integer PRIMARY KEY, note text);
CREATE TABLE derived (more text, PRIMARY KEY (id)) INHERITS (base);
CREATE TABLE nothing ();
CREATE SEQUENCE tickets START 100 INCREMENT -1 MAXVALUE 100 MINVALUE -1000;
CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''a trigger ran''; END';
CREATE TRIGGER usual BEFORE INSERT OR UPDATE OR DELETE ON author FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER always AFTER INSERT OR DELETE ON author FOR EACH STATEMENT EXECUTE FUNCTION forbid();
CREATE TRIGGER replica BEFORE DELETE ON author FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER asleep BEFORE DELETE ON author FOR EACH ROW EXECUTE FUNCTION forbid();
ALTER TABLE author DISABLE TRIGGER USER;
CREATE TRIGGER placed BEFORE INSERT ON shelf.place FOR EACH ROW EXECUTE FUNCTION forbid();
ALTER TABLE shelf.place DISABLE TRIGGER placed;
INSERT INTO author (name, boss) VALUES ('Ann', NULL), ('Bob', 1), ('Cid', 3);
INSERT INTO book (author, words) VALUES (1, 10), (2, 20), (2, 30);
UPDATE author SET favourite = 4 - id;
INSERT INTO review (book, author) VALUES (1, 1), (2, 2), (3, 2);
INSERT INTO shelf.place VALUES ('2020-05-05', 1, 1), ('2021-05-05', 1, 2);
INSERT INTO keyless VALUES ('x', 1), ('x', 1), ('y', NULL), (NULL, NULL);
INSERT INTO booking VALUES (1, 1, '[1,5)', 1), (2, 1, '[5,9)', 2);
INSERT INTO base VALUES (1, 'one');
INSERT INTO derived VALUES (1, 'one', 'more');
INSERT INTO nothing DEFAULT VALUES;
SELECT nextval('tickets');
ALTER TABLE author ENABLE TRIGGER usual;
ALTER TABLE author ENABLE ALWAYS TRIGGER always;
ALTER TABLE author ENABLE REPLICA TRIGGER replica;
ALTER TABLE shelf.place ENABLE TRIGGER placed;
ALTER TABLE shelf.place_rest DISABLE TRIGGER placed;
CREATE RULE kept AS ON DELETE TO keyless DO INSTEAD NOTHING;
CREATE RULE unused AS ON INSERT TO keyless DO INSTEAD NOTHING;
ALTER TABLE keyless DISABLE RULE unused;
CREATE VIEW titles AS SELECT id, words FROM book;
CREATE MATERIALIZED VIEW z_total AS SELECT sum(words) AS words FROM titles;
CREATE MATERIALIZED VIEW a_double AS SELECT words * 2 AS words FROM z_total;
CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS one FROM book WITH NO DATA;
CREATE VIEW all_bases AS SELECT note FROM base;
CREATE MATERIALIZED VIEW notes AS SELECT count(*) AS notes FROM all_bases;
