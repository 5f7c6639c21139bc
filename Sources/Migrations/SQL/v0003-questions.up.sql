-- The question bank. content_hash is the SHA-256 of the normalised text: the same question is stored once.
CREATE TABLE questions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    question_text text NOT NULL CHECK (char_length(question_text) BETWEEN 5 AND 2000),
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    category text NOT NULL CHECK (char_length(category) BETWEEN 1 AND 100),
    subcategory text CHECK (char_length(subcategory) BETWEEN 1 AND 100),
    difficulty_level text NOT NULL CHECK (difficulty_level IN ('easy', 'medium', 'hard')),
    compatible_roles text[] NOT NULL DEFAULT '{}' CHECK (cardinality(compatible_roles) <= 50),
    required_skills text[] NOT NULL DEFAULT '{}' CHECK (cardinality(required_skills) <= 50),
    industry_tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(industry_tags) <= 50),
    strong_answer text CHECK (char_length(strong_answer) <= 4000),
    question_metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(question_metadata) = 'object'),
    source text NOT NULL DEFAULT 'api' CHECK (source IN ('bank', 'api')),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
    usage_count bigint NOT NULL DEFAULT 0 CHECK (usage_count >= 0),
    average_score double precision CHECK (average_score BETWEEN 0 AND 100),
    success_rate double precision CHECK (success_rate BETWEEN 0 AND 1),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT questions_content_hash_key UNIQUE (content_hash)
);

CREATE INDEX questions_category_difficulty ON questions (category, difficulty_level);
CREATE INDEX questions_created ON questions (created_at DESC, id);
CREATE INDEX questions_required_skills ON questions USING gin (required_skills);
CREATE INDEX questions_compatible_roles ON questions USING gin (compatible_roles);
