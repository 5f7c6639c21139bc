DROP TABLE verification_reports;
DROP TABLE verifications;
DROP TABLE instances;
ALTER TABLE collections DROP COLUMN pruned_position;
