CREATE SCHEMA accounts;
CREATE SCHEMA "odd ""schema""; Type: X";
CREATE EXTENSION citext WITH SCHEMA public;
CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'it''s "happy"');
CREATE TYPE public.pair AS (a integer, b text);
CREATE DOMAIN public.positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN public.small AS public.positive CHECK (VALUE < 1000);
CREATE TYPE public.textrange AS RANGE (subtype = text);
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
--
-- Name: pretender; Type: TABLE; Schema: public; Owner: -
--
  NEW.note := 'touched'; RETURN NEW;
END $fn$;
CREATE TABLE public.extremes (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  b boolean, i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision, bin bytea,
  t text, vc varchar(40), ch char(5), nm name, num numeric, num2 numeric(12, 2), cash money,
  d date, ts timestamp, tz timestamptz, tm time, ttz timetz, iv interval,
  u uuid, js json, jb jsonb, x xml, ip inet, net cidr, mac macaddr, bits bit(5), vbits varbit,
  tsv tsvector, tsq tsquery, p point, bx box, r4 int4range, tsr tstzrange, mr int4multirange,
  arr integer[], tarr text[], barr bytea[], mood public.mood, moods public.mood[],
  pr public.pair, prs public.pair[], dom public.positive, dom2 public.small, tr public.textrange,
  o oid, rc regclass, lsn pg_lsn, doubled integer GENERATED ALWAYS AS (i4 * 2) STORED
);
INSERT INTO public.extremes (b, i2, i4, i8, f4, f8, bin, t, vc, ch, nm, num, num2, cash, d, ts, tz, tm,
  ttz, iv, u, js, jb, x, ip, net, mac, bits, vbits, tsv, tsq, p, bx, r4, tsr, mr, arr, tarr, barr,
  mood, moods, pr, prs, dom, dom2, tr, o, rc, lsn) VALUES
 (true, 32767, 1073741823, 9223372036854775807, 3.4028235e38, 1.7976931348623157e308, '\x00ff10',
  E'tab\t newline\n quote" back\\slash \x01\x1f\x7f \u2028 / 😀', 'it''s', 'ab', 'a name', 'NaN',
  -1234567890.12, '-92233720368547758.08', 'infinity', 'infinity', '-infinity', '24:00:00',
  '23:59:59.999999-15:59', '-178000000 years', '00000000-0000-0000-0000-000000000001',
  '{"a" :  1,"a":2}', '{"b": 1.0, "a": null}', '<a>1</a>', '1.2.3.4', '10.0.0.0/8',
  '08:00:2b:01:02:03', B'10110', B'', 'a:1A fat:2B', 'fat & rat', '(1e300,-0.1)', '(1,1),(0,0)',
  '[1,5)', '[2020-01-01 00:00+00,)', '{[1,2),[5,9)}', '{1,NULL,-3}', E'{"a,b","c\\"d",NULL,"NULL",""}',
  E'{"\\\\xdead"}', 'it''s "happy"', '{sad,ok}', ROW(1, 'x,"y'), ARRAY[ROW(2, NULL), NULL]::public.pair[],
  7, 8, '[a,b)', 4294967295, 'pg_class', '16/B374D848'),
 (false, -32768, -1073741824, -9223372036854775808, 'NaN', '-Infinity', '', '', '', '', '', 'Infinity',
  0.10, '0.01', '-infinity', '4713-01-01 00:00:00 BC', '294276-12-31 23:59:59.999999+00', '00:00:00',
  '00:00:00+15:59', '1 mon -1 days 00:00:00.000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'null', 'null',
  'text', '::1/128', '::/0', 'ff:ff:ff:ff:ff:ff', B'00000', B'1', '', '', '(Infinity,NaN)', '(1,1),(1,1)',
  'empty', '(,)', '{}', '{}', '{}', '{}', 'sad', '{}', ROW(NULL, NULL), '{}', 1, 1, 'empty', 0, NULL, '0/0'),
 (NULL, 0, 0, 9007199254740992, 0.1, '-0', NULL, NULL, NULL, '  x', NULL, 1.10, 0, 0, '0001-01-01 BC',
  '1999-12-31 23:59:60', '2020-06-01 12:00+02', '12:00', '12:00+00', '0', NULL, '[]', '[]', '', '0.0.0.0/0',
  '0.0.0.0/32', '00:00:00:00:00:00', B'11111', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  '[0:1]={5,6}', '{{a,b},{c,d}}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL),
 (NULL, NULL, NULL, -9007199254740991, 1e-45, 5e-324, NULL, NULL, NULL, NULL, NULL,
  123456789012345678901234567890.123456789, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE accounts."user" (id serial PRIMARY KEY, name text NOT NULL UNIQUE, note text,
  best integer);
CREATE TABLE accounts.friend (a integer REFERENCES accounts."user" ON DELETE CASCADE,
  b integer REFERENCES accounts."user", PRIMARY KEY (a, b));
ALTER TABLE accounts."user" ADD FOREIGN KEY (id, best) REFERENCES accounts.friend (a, b);
INSERT INTO accounts."user" (name) SELECT 'user ' || n FROM generate_series(1, 9) n;
INSERT INTO accounts.friend VALUES (1, 2), (2, 1), (3, 3);
UPDATE accounts."user" SET best = 2 WHERE id = 1;
CREATE TRIGGER touch BEFORE INSERT ON accounts."user" FOR EACH ROW EXECUTE FUNCTION public.touch();
CREATE TABLE public.keyless (a text, b integer);
INSERT INTO public.keyless VALUES ('b', 1), ('a', 2), ('a', 2), (NULL, NULL), ('Z', 0), ('é', 3), ('"', 4);
CREATE TABLE public.text_key (k text COLLATE "en-x-icu" PRIMARY KEY);
INSERT INTO public.text_key VALUES ('a'), ('B'), ('b'), ('A'), ('é'), ('z'), ('');
CREATE TABLE "odd ""schema""; Type: X"."odd table
with ""quotes"", 'ticks' and é" ("__proto__" integer PRIMARY KEY, "7" text, "a""b
c" text DEFAULT 'x''y', "' || '" integer);
INSERT INTO "odd ""schema""; Type: X"."odd table
with ""quotes"", 'ticks' and é" VALUES (2, 'two', NULL, 1), (1, 'one', 'x', 2);
CREATE TABLE public.empty_table ();
CREATE TABLE public.no_columns ();
INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;
CREATE TABLE public.measure (day date NOT NULL, place integer NOT NULL, value double precision,
  PRIMARY KEY (day, place)) PARTITION BY RANGE (day);
CREATE TABLE public.measure_2020 PARTITION OF public.measure FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE public.measure_rest PARTITION OF public.measure DEFAULT PARTITION BY LIST (place);
CREATE TABLE public.measure_rest_all PARTITION OF public.measure_rest DEFAULT;
INSERT INTO public.measure VALUES ('2021-05-05', 1, 2.5), ('2020-02-02', 2, 0.1), ('2020-02-02', 1, 'NaN');
CREATE TABLE public.parent_table (id integer PRIMARY KEY, name text);
CREATE TABLE public.child_table (extra text, PRIMARY KEY (id)) INHERITS (public.parent_table);
INSERT INTO public.parent_table VALUES (1, 'parent');
INSERT INTO public.child_table VALUES (1, 'child', 'x');
CREATE SEQUENCE public.untouched START 5 INCREMENT 5;
CREATE SEQUENCE public.large_one MAXVALUE 9223372036854775807;
SELECT setval('public.large_one', 9223372036854775806);
CREATE VIEW public.user_names AS SELECT name FROM accounts."user";
CREATE MATERIALIZED VIEW public.user_count AS SELECT count(*) AS users FROM accounts."user";
CREATE INDEX keyless_expr ON public.keyless (lower(a)) WHERE b > 1;
COMMENT ON TABLE public.keyless IS 'no key; "quoted"';
CREATE UNLOGGED TABLE public.unlogged_table (a integer);
INSERT INTO public.unlogged_table VALUES (1);
CREATE TABLE public.tag (name citext PRIMARY KEY);
CREATE TABLE public.tagged (id bigint PRIMARY KEY, tag citext REFERENCES public.tag);
INSERT INTO public.tag VALUES ('News'), ('art');
INSERT INTO public.tagged VALUES (9007199254740993, 'NEWS'), (2, 'ART');
CREATE TABLE public.ranged (r int4range, m public.mood, i public.pair, PRIMARY KEY (r, m, i));
INSERT INTO public.ranged VALUES ('[10,11)', 'sad', (1, 'a')), ('[9,10)', 'ok', (1, 'B'));
CREATE STATISTICS public.some_statistics ON id, tag FROM public.tagged;
CREATE AGGREGATE public.joined (text) (SFUNC = textcat, STYPE = text);
CREATE OPERATOR public.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
CREATE COLLATION public.german (PROVIDER = icu, LOCALE = 'de');
CREATE RULE quiet AS ON DELETE TO public.keyless DO INSTEAD NOTHING;
