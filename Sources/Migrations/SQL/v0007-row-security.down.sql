-- Policies of partitions go first: they need the function.
DROP FUNCTION protect_answer_partitions();
DO $block$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'answers'::regclass LOOP
        EXECUTE format('DROP POLICY own ON %s', part);
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', part);
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', part);
    END LOOP;
END
$block$;
DROP POLICY own ON learner_people;
ALTER TABLE learner_people NO FORCE ROW LEVEL SECURITY;
ALTER TABLE learner_people DISABLE ROW LEVEL SECURITY;
DROP POLICY own ON user_performance;
ALTER TABLE user_performance NO FORCE ROW LEVEL SECURITY;
ALTER TABLE user_performance DISABLE ROW LEVEL SECURITY;
DROP POLICY own ON user_patterns;
ALTER TABLE user_patterns NO FORCE ROW LEVEL SECURITY;
ALTER TABLE user_patterns DISABLE ROW LEVEL SECURITY;
DROP POLICY own ON answers;
ALTER TABLE answers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE answers DISABLE ROW LEVEL SECURITY;
DROP POLICY own ON interview_sessions;
ALTER TABLE interview_sessions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE interview_sessions DISABLE ROW LEVEL SECURITY;
DROP FUNCTION acts_for(uuid);
