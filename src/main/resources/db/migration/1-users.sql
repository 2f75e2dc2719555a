-- Part searches (LIKE '%…%') are served by trigrams. The extension is trusted: on RDS and Aurora any role that may
-- create objects in the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Text has the collation "C": its order is that of code points, the same on every server and in DynamoDB, and a B-tree
-- serves the beginning of a text.
CREATE TABLE users (
    user_id    text COLLATE "C" NOT NULL CONSTRAINT users_pkey PRIMARY KEY,
    email      text COLLATE "C" NOT NULL CONSTRAINT users_email_key UNIQUE,
    name       text COLLATE "C" NOT NULL,
    phone      text,
    status     text NOT NULL CONSTRAINT users_status_check CHECK (status IN ('ACTIVE', 'INVITED', 'SUSPENDED')),
    attributes jsonb NOT NULL CONSTRAINT users_attributes_check CHECK (jsonb_typeof(attributes) = 'object'),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version    integer NOT NULL
);

-- One index for each order of a list, read in both directions; e-mail addresses are unique and have one already.
CREATE INDEX users_created_at_idx ON users (created_at, user_id);
CREATE INDEX users_name_idx ON users (name, user_id);
CREATE INDEX users_status_idx ON users (status, created_at, user_id);

CREATE INDEX users_email_trgm_idx ON users USING gin (email gin_trgm_ops);
CREATE INDEX users_name_trgm_idx ON users USING gin (name gin_trgm_ops);
