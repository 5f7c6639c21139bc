-- What the vector engine follows: vectors, their models, and the log of changes.

-- Set once per database. An engine that kept files of another database sees it here and drops them.
CREATE TABLE database_identity (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row)
);
INSERT INTO database_identity DEFAULT VALUES;

-- A vector space. Vectors of two models are never compared.
CREATE TABLE embedding_models (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    revision text NOT NULL CHECK (char_length(revision) BETWEEN 1 AND 200),
    dimension integer NOT NULL CHECK (dimension BETWEEN 1 AND 4096),
    UNIQUE (name, revision, dimension)
);

-- head_position is the number of the collection's latest change. A writer takes the next number from this row as the
-- last step of its transaction and holds the row lock to commit, so numbers become visible in order and without gaps.
CREATE TABLE collections (
    name text PRIMARY KEY CHECK (name IN ('job_descriptions', 'questions', 'answers', 'user_patterns')),
    model_id integer REFERENCES embedding_models (id),
    head_position bigint NOT NULL DEFAULT 0 CHECK (head_position >= 0)
);
INSERT INTO collections (name) VALUES ('job_descriptions'), ('questions'), ('answers'), ('user_patterns');

-- embedding is dimension little-endian IEEE 754 singles; content_hash is the SHA-256 of the text that was embedded.
CREATE TABLE vectors (
    collection text NOT NULL REFERENCES collections (name),
    item_id uuid NOT NULL,
    model_id integer NOT NULL REFERENCES embedding_models (id),
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    embedding bytea NOT NULL CHECK (octet_length(embedding) BETWEEN 4 AND 16384),
    PRIMARY KEY (collection, model_id, item_id)
);
ALTER TABLE vectors ALTER COLUMN embedding SET STORAGE EXTERNAL;

CREATE TABLE changes (
    collection text NOT NULL REFERENCES collections (name),
    position bigint NOT NULL CHECK (position > 0),
    item_id uuid NOT NULL,
    logged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (collection, position)
);
