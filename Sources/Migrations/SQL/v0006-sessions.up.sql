-- Interviews: sessions with their questions, answers with their figures, and what is known of each person.

-- Practice sets that ship with the program (data/scenarios.jsonl); the service keeps the rows like the file at its start.
CREATE TABLE scenarios (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9_]{1,100}$'),
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    description text NOT NULL CHECK (char_length(description) BETWEEN 1 AND 2000),
    role text NOT NULL CHECK (char_length(role) BETWEEN 1 AND 200),
    difficulty_level text NOT NULL CHECK (difficulty_level IN ('easy', 'medium', 'hard')),
    focus_skills text[] NOT NULL CHECK (cardinality(focus_skills) BETWEEN 1 AND 20),
    question_count integer NOT NULL CHECK (question_count BETWEEN 1 AND 20),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Exact sums, from which the averages of 0003 are made: adding and taking away answers in any order gives the same.
ALTER TABLE questions
    ADD COLUMN scored_count bigint NOT NULL DEFAULT 0 CHECK (scored_count >= 0),
    ADD COLUMN good_count bigint NOT NULL DEFAULT 0 CHECK (good_count >= 0),
    ADD COLUMN score_sum numeric(18, 2) NOT NULL DEFAULT 0 CHECK (score_sum >= 0);

-- ended_by tells a session that its person ended from one that ended with its last answer: the latter goes on when a
-- question is added or an answer is deleted.
CREATE TABLE interview_sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id),
    mode text NOT NULL CHECK (mode IN ('practice', 'interview')),
    role text NOT NULL CHECK (char_length(role) BETWEEN 1 AND 200),
    job_title text CHECK (char_length(job_title) BETWEEN 1 AND 200),
    job_description text CHECK (char_length(job_description) BETWEEN 1 AND 50000),
    scenario_id text REFERENCES scenarios (id),
    question_source text NOT NULL CHECK (question_source IN ('job_description', 'scenario', 'role')),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'completed', 'abandoned')),
    ended_by text CHECK (ended_by IN ('person', 'answers')),
    total_questions integer NOT NULL DEFAULT 0 CHECK (total_questions >= 0),
    completed_questions integer NOT NULL DEFAULT 0 CHECK (completed_questions >= 0),
    answer_count bigint NOT NULL DEFAULT 0 CHECK (answer_count >= 0),
    scored_count bigint NOT NULL DEFAULT 0 CHECK (scored_count >= 0),
    score_sum numeric(18, 2) NOT NULL DEFAULT 0 CHECK (score_sum >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz,
    CHECK (completed_questions <= total_questions),
    CHECK ((status IN ('completed', 'abandoned')) = (ended_by IS NOT NULL))
);
CREATE INDEX interview_sessions_user ON interview_sessions (user_id, created_at DESC, id);

-- A question of the bank, or one that the person wrote for this session and that is nobody else's.
CREATE TABLE session_questions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES interview_sessions (id) ON DELETE CASCADE,
    question_id uuid CONSTRAINT session_questions_question_id_fkey REFERENCES questions (id),
    question_text text CHECK (char_length(question_text) BETWEEN 5 AND 2000),
    reason text CHECK (char_length(reason) <= 2000),
    question_order integer NOT NULL CHECK (question_order >= 1),
    answer_count bigint NOT NULL DEFAULT 0 CHECK (answer_count >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT session_questions_once UNIQUE (session_id, question_id),
    CONSTRAINT session_questions_order UNIQUE (session_id, question_order),
    CHECK ((question_id IS NULL) <> (question_text IS NULL))
);
CREATE INDEX session_questions_question ON session_questions (question_id);

-- By the year of their storing. category, difficulty_level and skills are the question's when it was answered: figures
-- stay what they were when somebody edits the question. number counts a person's answers. learned_sequence is the place
-- in the learner's log; an answer that was never scored has none.
CREATE TABLE answers (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now(),
    user_id uuid NOT NULL REFERENCES users (id),
    session_id uuid NOT NULL REFERENCES interview_sessions (id),
    session_question_id uuid NOT NULL REFERENCES session_questions (id),
    question_id uuid CONSTRAINT answers_question_id_fkey REFERENCES questions (id),
    number integer NOT NULL CHECK (number >= 1),
    answer_text text NOT NULL CHECK (char_length(answer_text) BETWEEN 1 AND 5000),
    score numeric(5, 2) CHECK (score BETWEEN 0 AND 100),
    rubric jsonb CHECK (jsonb_typeof(rubric) = 'object'),
    analysis_result jsonb,
    audio_file_id text CHECK (char_length(audio_file_id) BETWEEN 1 AND 200),
    category text NOT NULL CHECK (char_length(category) BETWEEN 1 AND 100),
    difficulty_level text CHECK (difficulty_level IN ('easy', 'medium', 'hard')),
    skills text[] NOT NULL CHECK (cardinality(skills) <= 8),
    answered_at timestamptz NOT NULL,
    learned_sequence bigint CHECK (learned_sequence >= 1),
    updated_at timestamptz,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX answers_user ON answers (user_id, created_at DESC, id);
CREATE INDEX answers_session_question ON answers (session_question_id, created_at);
CREATE INDEX answers_session ON answers (session_id);
CREATE INDEX answers_question ON answers (question_id);
CREATE TABLE answers_default PARTITION OF answers DEFAULT;

-- Makes the partitions of this year and of the years after it. Rows that came into the default partition meanwhile move.
CREATE FUNCTION make_answer_partitions(years_ahead integer) RETURNS integer LANGUAGE plpgsql AS $function$
DECLARE
    first_year integer := extract(year FROM now() AT TIME ZONE 'UTC');
    part text;
    lower_end timestamptz;
    upper_end timestamptz;
    made integer := 0;
    acting_for text := current_setting('greenroom.person', true);
BEGIN
    PERFORM set_config('greenroom.person', 'all', true);
    -- Two instances may call at once.
    PERFORM pg_advisory_xact_lock(7452612890140357);
    FOR year IN first_year..first_year + years_ahead LOOP
        part := 'answers_' || year;
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        lower_end := make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC');
        upper_end := make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC');
        EXECUTE format('CREATE TABLE %I (LIKE answers INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
        EXECUTE format(
            'WITH moved AS (DELETE FROM answers WHERE created_at >= %L AND created_at < %L RETURNING *) '
            'INSERT INTO %I SELECT * FROM moved', lower_end, upper_end, part);
        EXECUTE format(
            'ALTER TABLE answers ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, lower_end, upper_end);
        made := made + 1;
    END LOOP;
    -- Comes with a later migration.
    IF to_regproc('protect_answer_partitions') IS NOT NULL THEN
        PERFORM protect_answer_partitions();
    END IF;
    PERFORM set_config('greenroom.person', coalesce(acting_for, ''), true);
    RETURN made;
END
$function$;
SELECT make_answer_partitions(2);

-- Which answer a caller's key made, so that a repeated request finds it. request_hash is the SHA-256 of what was asked.
CREATE TABLE answer_keys (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_key text NOT NULL CHECK (char_length(client_key) BETWEEN 1 AND 200),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    answer_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, client_key)
);

-- Figures of a person by category, difficulty and skill of the questions answered. No row stands for no answer.
CREATE TABLE user_performance (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('category', 'difficulty', 'skill')),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    answer_count bigint NOT NULL CHECK (answer_count > 0),
    scored_count bigint NOT NULL CHECK (scored_count >= 0),
    good_count bigint NOT NULL CHECK (good_count >= 0),
    score_sum numeric(18, 2) NOT NULL CHECK (score_sum >= 0),
    PRIMARY KEY (user_id, kind, name)
);

-- One row a person. Who writes sessions or answers of a person locks it first. state is what the learner knows (NULL
-- before the first scored answer), made with these coefficients; prior_* is what was declared when it was begun.
CREATE TABLE learner_people (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    last_number integer NOT NULL DEFAULT 0 CHECK (last_number >= 0),
    learned_count integer NOT NULL DEFAULT 0 CHECK (learned_count >= 0),
    coefficients text CHECK (char_length(coefficients) BETWEEN 1 AND 200),
    state bytea CHECK (octet_length(state) BETWEEN 16 AND 1000000),
    prior_level text CHECK (prior_level IN ('beginner', 'intermediate', 'advanced', 'expert')),
    prior_strengths integer[] NOT NULL DEFAULT '{}' CHECK (cardinality(prior_strengths) <= 250),
    prior_weaknesses integer[] NOT NULL DEFAULT '{}' CHECK (cardinality(prior_weaknesses) <= 250),
    is_reviewed boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state IS NULL) = (coefficients IS NULL))
);
ALTER TABLE learner_people ALTER COLUMN state SET STORAGE EXTERNAL;

-- Numbers that the learner knows questions and skills by. A number is never given twice.
CREATE TABLE learner_questions (
    question_id uuid PRIMARY KEY REFERENCES questions (id) ON DELETE CASCADE,
    number integer NOT NULL UNIQUE CHECK (number >= 0),
    state bytea CHECK (octet_length(state) BETWEEN 16 AND 1000)
);
CREATE TABLE learner_skills (
    name text PRIMARY KEY CHECK (char_length(name) BETWEEN 1 AND 200),
    number integer NOT NULL UNIQUE CHECK (number >= 0)
);

-- The head of the learner's log and the next numbers. A writer locks the row after the rows of its person, session and
-- questions, so that learning has one order for all instances.
CREATE TABLE learner_model (
    head_sequence bigint NOT NULL DEFAULT 0 CHECK (head_sequence >= 0),
    question_count integer NOT NULL DEFAULT 0 CHECK (question_count >= 0),
    skill_count integer NOT NULL DEFAULT 0 CHECK (skill_count >= 0),
    is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row)
);
INSERT INTO learner_model DEFAULT VALUES;

-- What every instance learns from, in order. person is that part of the person's state which the step reads; it names
-- nobody. Rows below an old checkpoint may go.
CREATE TABLE learner_log (
    sequence bigint PRIMARY KEY CHECK (sequence >= 1),
    question integer NOT NULL CHECK (question >= 0),
    difficulty_level text CHECK (difficulty_level IN ('easy', 'medium', 'hard')),
    skills integer[] NOT NULL CHECK (cardinality(skills) BETWEEN 1 AND 8),
    score real NOT NULL CHECK (score BETWEEN 0 AND 1),
    seconds double precision NOT NULL,
    coefficients text NOT NULL CHECK (char_length(coefficients) BETWEEN 1 AND 200),
    person bytea NOT NULL CHECK (octet_length(person) BETWEEN 16 AND 10000)
);

-- What all people's answers up to a place of the log tell, for a quick start.
CREATE TABLE learner_checkpoints (
    sequence bigint NOT NULL CHECK (sequence >= 0),
    coefficients text NOT NULL CHECK (char_length(coefficients) BETWEEN 1 AND 200),
    model bytea NOT NULL CHECK (octet_length(model) BETWEEN 16 AND 500000000),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (coefficients, sequence)
);
ALTER TABLE learner_checkpoints ALTER COLUMN model SET STORAGE EXTERNAL;
