public import Foundation
import Metrics
import Synchronization
public import Workers

/// Points of one model that can be searched by vector and filter.
///
/// One writer at a time applies changes in the order of their log; any number of readers search a published state,
/// which never changes, and never wait for the writer.
public final class Collection: Sendable {
    public let schema: CollectionSchema
    public let parameters: CollectionParameters

    private let workers: WorkerPool
    private let builders: WorkerPool
    private let published: Mutex<CollectionState>
    private let writer: Mutex<Writer>
    private let rewrites = RewriteSteps()
    private let memory: MemoryAccount?
    let durations: SearchDurations
    let recallAudit: RecallAudit

    /// Where snapshots go.
    let snapshots: SnapshotTarget?

    /// An empty collection.
    /// - Parameters:
    ///   - workers: threads for large searches and for snapshots.
    ///   - builders: threads for sealing and merging, so that no search waits for them; `workers` where nil.
    ///   - files: where snapshots go. One that is there is not read, and replaced by the first of this collection.
    ///   - memory: a limit to what this collection takes, and others with it; none where nil.
    public convenience init(
        schema: CollectionSchema, parameters: CollectionParameters = CollectionParameters(), workers: WorkerPool,
        builders: WorkerPool? = nil, files: CollectionFiles? = nil, memory: MemoryBudget? = nil
    ) {
        self.init(
            Writer(schema: schema, parameters: parameters), workers: workers, builders: builders,
            memory: memory.map { MemoryAccount($0, schema: schema, parameters: parameters) },
            snapshots: files.map { SnapshotTarget(files: $0, session: $0.begin(), collection: schema.name) })
    }

    init(
        _ first: Writer, workers: WorkerPool, builders: WorkerPool?, memory: MemoryAccount?, snapshots: SnapshotTarget?
    ) {
        first.parameters.check()
        schema = first.schema
        parameters = first.parameters
        self.workers = workers
        self.builders = builders ?? workers
        self.memory = memory
        self.snapshots = snapshots
        published = Mutex(first.state)
        var first = first
        first.scratch = snapshots?.scratch
        writer = Mutex(first)
        durations = SearchDurations(collection: schema.name)
        recallAudit = RecallAudit(collection: schema.name, share: parameters.auditShare)
    }

    /// What can be found now.
    public var state: CollectionState { published.withLock { $0 } }

    /// Every change up to it can be found now.
    public var appliedPosition: Position { state.appliedPosition }

    // MARK: Writing

    /// Applies changes, given in the order of their positions, and publishes them at once. Those at or below the
    /// applied position are passed over, so that a batch can be applied twice.
    /// - Throws: `PointError` for a point that does not fit, `ChangeError` for a wrong order, `MemoryLimitError` where there
    ///   is no room for the points, which deletes never need; nothing is applied then.
    public func apply(_ changes: [Change]) throws {
        for (earlier, later) in zip(changes, changes.dropFirst()) where later.position < earlier.position {
            throw ChangeError.outOfOrder(collection: schema.name, position: later.position, after: earlier.position)
        }
        let prepared = try changes.map { change -> (position: Position, key: PointKey, point: PreparedPoint?) in
            switch change.operation {
            case .upsert(let point): (change.position, PointKey(change.id), try PreparedPoint(point, schema: schema))
            case .delete: (change.position, PointKey(change.id), nil)
            }
        }
        guard let last = prepared.last else { return }
        try write { writer throws(MemoryLimitError) in
            guard last.position > writer.appliedPosition else { return }
            let applied = writer.appliedPosition
            try memory?.admit(prepared.lazy.filter { $0.position > applied }.compactMap(\.point))
            for change in prepared where change.position > applied {
                if let point = change.point { writer.upsert(point) } else { writer.delete(change.key) }
            }
            writer.advance(to: last.position)
        }
    }

    /// Takes points of a first load in, in place of what was under their ids; the applied position stays.
    /// - Throws: `PointError`; `MemoryLimitError` where there is no room. Nothing is taken in then.
    public func load(_ points: [Point]) throws {
        let prepared = try points.map { point in try PreparedPoint(point, schema: schema) }
        try write { writer throws(MemoryLimitError) in
            try memory?.admit(prepared)
            for point in prepared { writer.upsert(point) }
        }
    }

    /// Declares that what was loaded holds every change up to `position`. A lower position than the applied one changes
    /// nothing.
    /// - Parameter ids: with a load over a filled collection, all ids that were loaded: other points are deleted.
    public func completeLoad(at position: Position, retaining ids: Set<UUID>? = nil) {
        write { writer in
            if let ids { writer.retain(Set(ids.map(PointKey.init))) }
            writer.advance(to: max(position, writer.appliedPosition))
            // A collection that changes little would read its fields one by one for ever.
            writer.closeTail()
        }
    }

    /// Seals full tails and merges segments on the worker pool until nothing is due. Returns at once when another call
    /// is at it. Searches and changes go on meanwhile. What there is no memory for stays due until the next call, and
    /// `CollectionInfo.postponed` says why.
    /// - Throws: `WorkerPoolError`, `CancellationError`; what was not done stays due.
    public func maintain() async throws { _ = try await doWhatIsDue() }

    /// False when another call is at it.
    private func doWhatIsDue() async throws -> Bool {
        let isFirst = writer.withLock { writer in
            defer { writer.isMaintained = true }
            return !writer.isMaintained
        }
        guard isFirst else { return false }
        defer {
            writer.withLock { $0.isMaintained = false }
            rewrites.step()
        }
        recallAudit.forgetStale()
        var postponed: Set<Int> = []
        var refusal: MemoryLimitError?
        while let rewrite = writer.withLock({ $0.beginRewrite(besides: postponed) }) {
            do {
                try await perform(rewrite)
            } catch let error as MemoryLimitError {
                postponed.formUnion(rewrite.sources.map(\.number))
                refusal = refusal ?? error
            }
            rewrites.step()
        }
        memory?.postponed = refusal
        return true
    }

    /// Returns once no more than `backlogKilobytesMax` of vectors are outside of graphs, so that a writer quicker than
    /// graphs are built cannot make searches slow. Writers call it before each batch. It maintains the collection where
    /// nobody else does. What there is no memory for is not waited for.
    /// - Throws: as `maintain`.
    public func awaitRoom() async throws {
        while writer.withLock({ $0.isBehind }) {
            let next = rewrites.next
            if try await doWhatIsDue() { return }
            try await rewrites.wait(for: next)
        }
    }

    /// Merges everything into one segment, as far as segments may grow so large, on the pool of builders; for after a
    /// first load. Searches and changes go on meanwhile.
    /// - Throws: as `maintain`, and `MemoryLimitError` where there is no room for the one segment.
    public func optimise() async throws {
        writer.withLock { $0.closeTail() }
        try await maintain()
        guard let rewrite = writer.withLock({ $0.beginMerge() }) else { return }
        try await perform(rewrite)
    }

    /// Makes every segment anew that holds points which were deleted before this call, so that nothing of them is left;
    /// in files it is after the next snapshot. Searches and changes go on meanwhile.
    /// - Throws: as `optimise`; calling again goes on then.
    public func purge() async throws {
        var due = writer.withLock { $0.segmentsWithDeleted }
        while !due.isEmpty {
            let next = rewrites.next
            if let rewrite = writer.withLock({ $0.beginPurge(of: due) }) {
                try await perform(rewrite)
                rewrites.step()
            } else if !writer.withLock({ $0.remaining(of: due).isEmpty }) {
                // Another call is at the rest.
                try await rewrites.wait(for: next)
            }
            due = writer.withLock { $0.remaining(of: due) }
        }
    }

    private func perform(_ rewrite: PartRewrite) async throws {
        do {
            let rewrite = try await reservingScratch(rewrite)
            let reserved = try memory?.reserve(RewriteMemory(rewrite, parameters)) ?? 0
            defer { memory?.budget.release(reserved) }
            let segment = try await withTaskCancellationHandler {
                try await builders.run { [parameters] in try rewrite.run(parameters) }
            } onCancel: {
                rewrite.progress.cancel()
            }
            write { $0.install(segment, of: rewrite) }
        } catch {
            writer.withLock { $0.giveUp(rewrite) }
            throw error
        }
    }

    /// The same with room on the disk, where that is wanted and has room.
    private func reservingScratch(_ rewrite: PartRewrite) async throws -> PartRewrite {
        let bytes = rewrite.scratchBytes(parameters)
        guard let scratch = snapshots?.scratch, scratch.isWanted(bytes: bytes) else { return rewrite }
        var rewrite = rewrite
        rewrite.scratch = try await builders.run { scratch.room(bytes: bytes) }
        return rewrite
    }

    /// Goes on with segments in files: see `Writer.adopt`.
    func adopt(_ written: [Int: Segment]) {
        if !written.isEmpty { write { $0.adopt(written) } }
    }

    /// Why vectors of the last segment that was made are in memory and not in a file; nil where nothing was refused.
    var scratchRefusal: FileError? { snapshots?.scratch.lastRefusal }

    /// Checks a point without taking it in.
    func check(_ point: Point) throws(PointError) { _ = try PreparedPoint(point, schema: schema) }

    func onWorkers<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await workers.run(work)
    }

    func onBuilders<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await builders.run(work)
    }

    private func write<Failure: Error>(_ change: (inout Writer) throws(Failure) -> Void) throws(Failure) {
        try writer.withLock { writer throws(Failure) in
            try change(&writer)
            let state = writer.state
            published.withLock { $0 = state }
            memory?.settle(writer.parts)
        }
    }

    // MARK: Searching

    /// The points nearest to a vector among those that match a filter; `limit` of them whenever there are so many.
    /// - Throws: `SearchError`, `FilterError`; `WorkerPoolError` under too much load.
    public func search(_ request: SearchRequest) async throws -> SearchResult {
        try await durations.measure(.search) { try await answer([request], on: state)[0] }
    }

    /// As `search`, on the caller's thread however much there is to read: for programs with threads of their own.
    /// - Throws: `SearchError`, `FilterError`
    public func searchOnThisThread(_ request: SearchRequest) throws -> SearchResult {
        let query = try SearchRun.Query(request, schema: schema)
        let filter = try FilterCompiler.compile(request.filter, schema: schema)
        let run = SearchRun(state: state, parameters: parameters, filter: filter, queries: [query])
        let answers = run.run()
        recallAudit.consider(run, answers)
        return answers[0]
    }

    /// Answers in the order of the requests, at most 100, from one state. Requests with equal filters share one pass.
    /// - Throws: as `search`, for all of them.
    public func searchBatch(_ requests: [SearchRequest]) async throws -> [SearchResult] {
        guard requests.count <= Self.requestsMax else {
            throw SearchError.tooMany("searches", came: requests.count, countMax: Self.requestsMax)
        }
        return try await durations.measure(.searchBatch) { try await answer(requests, on: state) }
    }

    public static let requestsMax = 100
    public static let idsMax = 1_000

    private struct Sharing: Hashable {
        let filter: Filter?
        let exact: Bool
    }

    /// Answers in the order of the requests.
    /// - Parameter narrowing: what points must satisfy besides the filters.
    func answer(
        _ requests: [SearchRequest], on state: CollectionState, narrowing: CompiledFilter = .everything
    ) async throws -> [SearchResult] {
        let queries = try requests.map { request in try SearchRun.Query(request, schema: schema) }
        var results = [SearchResult?](repeating: nil, count: requests.count)
        let groups = Dictionary(grouping: requests.indices) { index in
            Sharing(filter: requests[index].filter, exact: requests[index].exact)
        }
        for (sharing, indices) in groups {
            let run = SearchRun(
                state: state, parameters: parameters,
                filter: try FilterCompiler.compile(sharing.filter, schema: schema).and(narrowing),
                queries: indices.map { queries[$0] })
            let kilobytes = ScanCost.kilobytes(of: run)
            let answers = try await onThread(kilobytes: kilobytes) { run.run() }
            recallAudit.consider(run, answers)
            for (index, answer) in zip(indices, answers) { results[index] = answer }
        }
        return results.map { result in
            guard let result else { preconditionFailure("a request stayed without an answer") }
            return result
        }
    }

    func checkLimit(_ limit: Int) throws(SearchError) {
        let limits = 1...SearchRequest.limitMax
        guard limits.contains(limit) else { throw .limit(came: limit, allowed: limits) }
    }

    /// Small work on the caller's thread, large work on the pool, so that Swift's shared threads are never held long.
    func onThread<Value: Sendable>(
        kilobytes: Int, _ work: @escaping @Sendable () -> Value
    ) async throws -> Value {
        kilobytes <= parameters.inlineScanKilobytesMax ? work() : try await workers.run(work)
    }

    // MARK: Looking inside

    public func info() -> CollectionInfo {
        let state = state
        let pointBytes = PointMemory.bytes(schema, parameters)
        return CollectionInfo(
            state,
            isMaintenanceDue: PartRewrite.due(
                state.parts, schema, parameters, isLoaded: state.isLoaded) != nil,
            memory: state.parts.reduce(into: MemoryUse()) { $0.add($1, pointBytes: pointBytes) },
            postponed: memory?.postponed, recall: recallAudit.estimates, scratchRefusal: scratchRefusal)
    }

    /// Checks every invariant that can be checked on what is published and on the writer's books. O(points × fields).
    /// - Throws: `ValidityError` that names the first one broken.
    public func assertValid() throws {
        try writer.withLock { writer in
            let state = state
            try Validity(state: state).check()
            try writer.assertMatches(state)
        }
    }
}
