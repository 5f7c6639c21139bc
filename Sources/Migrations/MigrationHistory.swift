/// The migrations of this program beside those of a database: what differs, and what is to be done. Pure.
struct MigrationHistory {
    let migrations: [Migration]
    let entries: [MigrationLedger.Entry]

    /// One per version that either side knows, in order.
    var statuses: [MigrationStatus] {
        let known = Dictionary(uniqueKeysWithValues: migrations.map { ($0.version, $0) })
        let applied = Dictionary(uniqueKeysWithValues: entries.map { ($0.version, $0) })
        return Set(known.keys).union(applied.keys).sorted().map { version in
            let entry = applied[version]
            let state = Self.state(of: known[version], entry)
            return MigrationStatus(
                version: version, name: known[version]?.name ?? entry?.name ?? "", state: state,
                appliedAt: entry?.appliedAt, durationSeconds: entry?.durationSeconds)
        }
    }

    private static func state(of migration: Migration?, _ entry: MigrationLedger.Entry?) -> MigrationStatus.State {
        guard let entry else { return .pending }
        guard let migration else { return .missing }
        guard entry.appliedAt != nil else { return .interrupted }
        return entry.checksum == migration.checksum && entry.name == migration.name ? .applied : .edited
    }

    /// Throws where the database's history is not a beginning of this program's.
    func checkConsistency() throws {
        var firstPending: MigrationStatus?
        for status in statuses {
            switch status.state {
            case .pending: firstPending = firstPending ?? status
            case .applied:
                guard let firstPending else { continue }
                throw MigrationError(
                    .outOfOrder, version: firstPending.version,
                    "migration \(firstPending.version) \(firstPending.name) is not applied though \(status.version) is: "
                        + "restore its row of schema_migrations or revert the later ones")
            case .edited:
                throw MigrationError(
                    .edited, version: status.version,
                    "migration \(status.version) \(status.name) was edited after it was applied: restore its text and "
                        + "write the change as a new migration")
            case .missing:
                throw MigrationError(
                    .missing, version: status.version,
                    "the database has migration \(status.version) \(status.name), which this program does not know: run "
                        + "a newer version, or revert it with the version that has it")
            case .interrupted:
                throw MigrationError(
                    .interrupted, version: status.version,
                    "migration \(status.version) \(status.name) was interrupted: undo by hand what it did and delete its "
                        + "row of schema_migrations, or complete it by hand and set applied_at there")
            }
        }
    }

    /// Those to apply, in order.
    func pending(upTo target: Int) -> [Migration] {
        let applied = Set(entries.map(\.version))
        return migrations.filter { $0.version <= target && !applied.contains($0.version) }
    }

    /// Those to revert, the latest first.
    func applied(above target: Int) -> [Migration] {
        let applied = Set(entries.map(\.version))
        return migrations.filter { $0.version > target && applied.contains($0.version) }.reversed()
    }
}
