-- Job posts that were stored, and how people answer: what is searched beside questions.

-- A post without an owner is everybody's; others are found by their owners alone. Rows leave by the write path, which
-- logs it, and never by a cascade.
CREATE TABLE job_descriptions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id uuid REFERENCES users (id),
    description text NOT NULL CHECK (char_length(description) BETWEEN 1 AND 50000),
    role text NOT NULL CHECK (char_length(role) BETWEEN 1 AND 200),
    company text CHECK (char_length(company) BETWEEN 1 AND 200),
    level text CHECK (char_length(level) BETWEEN 1 AND 100),
    skills text[] NOT NULL DEFAULT '{}' CHECK (cardinality(skills) <= 100),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX job_descriptions_owner ON job_descriptions (owner_id, created_at DESC, id);

-- One for each person. pattern_text is what is embedded.
CREATE TABLE user_patterns (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id),
    pattern_text text NOT NULL CHECK (char_length(pattern_text) BETWEEN 1 AND 20000),
    skill_level text NOT NULL CHECK (char_length(skill_level) BETWEEN 1 AND 50),
    performance_trend double precision NOT NULL CHECK (performance_trend BETWEEN -1 AND 1),
    learning_style text NOT NULL CHECK (char_length(learning_style) BETWEEN 1 AND 50),
    preferred_categories text[] NOT NULL DEFAULT '{}' CHECK (cardinality(preferred_categories) <= 50),
    strengths text[] NOT NULL DEFAULT '{}' CHECK (cardinality(strengths) <= 50),
    weaknesses text[] NOT NULL DEFAULT '{}' CHECK (cardinality(weaknesses) <= 50),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_patterns_user_id_key UNIQUE (user_id)
);

-- Items whose text waits to be embedded. Whoever takes one moves due_at beyond the time the work may take; a parked one
-- is not tried again until its text changes.
CREATE TABLE pending_embeddings (
    collection text NOT NULL REFERENCES collections (name),
    item_id uuid NOT NULL,
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    queued_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    parked_at timestamptz,
    last_error text CHECK (char_length(last_error) <= 1000),
    PRIMARY KEY (collection, item_id)
);
CREATE INDEX pending_embeddings_due ON pending_embeddings (collection, due_at) WHERE parked_at IS NULL;
