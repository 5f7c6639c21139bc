public import Workers

/// The files of a collection, as long as they are this collection's.
struct SnapshotTarget: Sendable {
    let files: CollectionFiles
    let session: Int
    let scratch: ScratchSpace

    init(files: CollectionFiles, session: Int, collection: String) {
        self.files = files
        self.session = session
        scratch = files.scratch(collection: collection)
    }
}

extension Collection {
    /// A collection that goes on from the snapshot in its files; an empty one where there is none. Its segments lie in
    /// the mapped files. Blocks its thread: O(bytes that are checked), 0.1 s for a million points and `.structure`.
    /// - Parameter memory: as of an empty collection; mapped files do not count.
    /// - Throws: `SnapshotError`. Where it says `mustRebuild`, make an empty collection with the same files and fill it
    ///   from its source. `SnapshotError.memory` where what is not mapped does not fit in `memory`; the snapshot stays.
    public convenience init(
        restoring files: CollectionFiles, schema: CollectionSchema,
        parameters: CollectionParameters = CollectionParameters(), workers: WorkerPool,
        builders: WorkerPool? = nil, memory: MemoryBudget? = nil, checking: FileChecking = .structure
    ) throws(SnapshotError) {
        let (session, restored) = try files.restore(schema: schema, checking: checking)
        let first =
            restored.map { restored in
                Writer(
                    schema: schema, parameters: parameters, segments: restored.segments,
                    appliedPosition: restored.position)
            } ?? Writer(schema: schema, parameters: parameters)
        let account = memory.map { MemoryAccount($0, schema: schema, parameters: parameters) }
        do {
            try account?.admit(restored: first.parts)
        } catch {
            throw .memory(error)
        }
        self.init(
            first, workers: workers, builders: builders, memory: account,
            snapshots: SnapshotTarget(files: files, session: session, collection: schema.name))
    }

    /// The position up to which the last snapshot holds every change; nil before the first.
    public var snapshotPosition: Position? { snapshots.flatMap { $0.files.position(session: $0.session) } }

    /// Writes what is published now to the files, on the worker pool: segments that are not there yet, what is in the
    /// tail, and the manifest. Searches and changes go on meanwhile. What `verifyFiles` has not verified yet is verified
    /// first, lest damage be merged into a new file with a checksum that is right.
    /// - Throws: `SnapshotError`, `WorkerPoolError`, `CancellationError`. The snapshot before stays good then.
    public func snapshot() async throws {
        guard let snapshots else { throw SnapshotError.noFiles(collection: schema.name) }
        try await verifyFiles()
        let state = state
        adopt(try await onWorkers { try snapshots.files.save(state, session: snapshots.session) })
    }

    /// Verifies the checksums that restoring with `.structure` left out, a piece at a time on the worker pool. To be
    /// called once, soon after restoring; where nothing was left out it returns at once.
    /// - Throws: `SnapshotError.refused` for a damaged file, which is then in quarantine: the answers of this collection
    ///   are not to be trusted, and it takes no more snapshots. `WorkerPoolError`, `CancellationError`; calling again
    ///   goes on then.
    public func verifyFiles() async throws {
        guard let snapshots else { return }
        let (files, session) = (snapshots.files, snapshots.session)
        while var verification = files.nextVerification(session: session) {
            while !verification.isDone {
                let before = verification
                verification = try await onWorkers {
                    var after = before
                    do throws(SectionFileError) {
                        try after.step()
                    } catch {
                        throw files.refuse(before, error, session: session)
                    }
                    return after
                }
            }
            files.finish(verification, session: session)
        }
    }
}
