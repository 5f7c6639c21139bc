public import Foundation
import Metrics
import Synchronization
public import Workers

/// A collection of points that can be searched by vector and filter.
///
/// One writer applies changes in log order; any number of readers search a published state, which never changes, and
/// never wait for the writer. New points come in small segments; segments of about one size are merged into larger ones,
/// so that a point is rewritten O(log n) times.
public final class Collection: Sendable {
    /// Searches that read more than this many rows run on the worker pool.
    private static let inlineRowsMax = 20_000

    public let schema: CollectionSchema
    public let parameters: CollectionParameters

    private struct Location {
        let segment: ObjectIdentifier
        let slot: Int
    }

    private let published = Mutex(CollectionState())
    /// Where each live point is. Held by the writer for as long as it applies.
    private let locations = Mutex<[UUID: Location]>([:])
    private let arrivals = PositionWaiters(waitersMax: 10_000)
    private let workers: WorkerPool

    /// - Parameter workers: threads for searches that read many rows and for merges.
    public init(schema: CollectionSchema, parameters: CollectionParameters = CollectionParameters(), workers: WorkerPool) {
        self.schema = schema
        self.parameters = parameters
        self.workers = workers
    }

    /// The state as it is now.
    private var state: CollectionState { published.withLock { $0 } }

    public var appliedPosition: Position { published.withLock { $0.position } }

    // MARK: Writing

    /// Applies changes, which stand in the order of their positions, and publishes the state behind the last one.
    /// Changes at or before the applied position change nothing, so a batch may be applied twice.
    /// - Throws: `PointError` for a point that does not fit; nothing of the batch is applied then.
    public func apply(_ changes: [Change]) throws {
        try locations.withLock { locations in
            var next = state
            let news = changes.filter { $0.position > next.position }
            guard let last = news.last else { return }
            let points = try checkedPoints(of: news)
            for id in Set(news.map(\.id)) { Self.remove(id, from: &next, &locations) }
            append(points, to: &next, &locations)
            next.position = last.position
            publish(&next, &locations)
        }
    }

    /// Drops every point, for a load from the beginning. The applied position stays: what was waited for was reached.
    func removeAll() {
        locations.withLock { locations in
            locations = [:]
            published.withLock { $0.segments = [] }
        }
    }

    /// Adds a page of the initial load without moving the position; points that are there already are replaced.
    func load(_ points: [Point]) throws {
        try locations.withLock { locations in
            var next = state
            let points = try points.map { try $0.checked(against: schema) }
            for point in points { Self.remove(point.id, from: &next, &locations) }
            append(points, to: &next, &locations)
            publish(&next, &locations)
        }
    }

    /// Declares that every change up to `position` is in the points loaded.
    func setPosition(_ position: Position) {
        published.withLock { $0.position = max($0.position, position) }
        arrivals.reached(position)
    }

    /// Off the caller's thread, because a merge may be long.
    func onWorkers(_ work: @escaping @Sendable () throws -> Void) async throws { try await workers.run(work) }

    /// The last state of each point that the changes leave behind.
    private func checkedPoints(of changes: [Change]) throws -> [Point] {
        var last: [UUID: Int] = [:]
        for (index, change) in changes.enumerated() { last[change.id] = index }
        return try last.values.sorted().compactMap { index in
            guard case .upsert(let point) = changes[index].operation else { return nil }
            return try point.checked(against: schema)
        }
    }

    private static func remove(_ id: UUID, from state: inout CollectionState, _ locations: inout [UUID: Location]) {
        guard let location = locations.removeValue(forKey: id) else { return }
        guard let place = state.segments.firstIndex(where: { ObjectIdentifier($0.segment) == location.segment }) else {
            preconditionFailure("a location names a segment of the state")
        }
        state.segments[place].live.remove(location.slot)
        state.segments[place].liveCount -= 1
    }

    private func append(_ points: [Point], to state: inout CollectionState, _ locations: inout [UUID: Location]) {
        if points.isEmpty { return }
        let segment = Segment(points, schema: schema)
        for (slot, id) in segment.ids.enumerated() {
            locations[id] = Location(segment: ObjectIdentifier(segment), slot: slot)
        }
        state.segments.append(LiveSegment(segment))
    }

    private func publish(_ next: inout CollectionState, _ locations: inout [UUID: Location]) {
        while let merge = SegmentMerge.due(in: next.segments, parameters) {
            let merged = merge.run(next.segments, schema: schema)
            for (slot, id) in (merged?.ids ?? []).enumerated() {
                locations[id] = Location(segment: ObjectIdentifier(merged!), slot: slot)
            }
            next.segments = merge.result(next.segments, merged: merged)
        }
        let state = next
        published.withLock { $0 = state }
        arrivals.reached(state.position)
    }

    // MARK: Reading

    /// The points nearest to a vector that satisfy the filter. Exact; `limit` is filled whenever enough points match.
    /// - Throws: `SearchError` for a vector or a limit out of range, `FilterError` for a filter that does not fit.
    public func search(_ request: SearchRequest) async throws -> SearchResult {
        guard (1...SearchRequest.limitMax).contains(request.limit) else {
            throw SearchError("limit is \(request.limit), allowed is 1 to \(SearchRequest.limitMax)")
        }
        guard request.vector.count == schema.dimension else {
            throw SearchError("the vector has \(request.vector.count) numbers, collection \(schema.name) takes \(schema.dimension)")
        }
        guard request.vector.allSatisfy(\.isFinite), let query = UnitVector.normalized(request.vector) else {
            throw SearchError("the vector has no direction: it is zero or has a value that is not finite")
        }
        let start = ContinuousClock.now
        let filter = try CompiledFilter(request.filter, schema: schema)
        let state = state
        let run = { @Sendable in
            state.search(
                query, filter: filter, limit: request.limit, threshold: request.scoreThreshold,
                withVector: request.withVector)
        }
        let (hits, plan) = state.pointsCount <= Self.inlineRowsMax ? run() : try await workers.run(run)
        Recorder(
            label: "vector_search_duration_seconds", dimensions: [("collection", schema.name), ("operation", "search")]
        ).record(Double((ContinuousClock.now - start) / .nanoseconds(1)) / 1e9)
        return SearchResult(hits: hits, plan: plan, position: state.position)
    }

    /// The points with these ids that are there, in the order asked.
    public func retrieve(_ ids: [UUID]) -> [Point] {
        let state = state
        var found: [UUID: Point] = [:]
        let wanted = Set(ids)
        for live in state.segments {
            for (slot, id) in live.segment.ids.enumerated() where wanted.contains(id) && live.live[slot] {
                found[id] = live.segment.point(slot)
            }
        }
        return ids.compactMap { found[$0] }
    }

    /// How many points satisfy a filter.
    /// - Throws: `FilterError` for a filter that does not fit.
    public func count(_ filter: Filter?) throws -> Int {
        let filter = try CompiledFilter(filter, schema: schema)
        return state.segments.reduce(0) { total, live in
            var mask = live.segment.matching(filter)
            mask.formIntersection(live.live)
            return total + mask.population
        }
    }

    /// The keywords that points have in a field, in compared form, and the position they were read at.
    public func keywords(of field: String) -> (keywords: Set<String>, position: Position) {
        let state = state
        return (Set(state.segments.flatMap { $0.segment.keywords(of: field).keys }), state.position)
    }

    public func info() -> CollectionInfo {
        let state = state
        let bytes = state.segments.map(\.segment.bytes)
        return CollectionInfo(
            name: schema.name, model: schema.model, dimension: schema.dimension, fields: schema.fields,
            pointsCount: state.pointsCount, indexedVectorsCount: 0, segmentsCount: state.segments.count,
            deletedCount: state.deletedCount, appliedPosition: state.position,
            rowBytes: bytes.reduce(0) { $0 + $1.rows }, columnBytes: bytes.reduce(0) { $0 + $1.columns },
            kernels: Kernels.best.name)
    }

    /// Returns when every change up to `position` can be found.
    /// - Throws: `WaitTimeout` when that takes longer than `timeoutSeconds` or too many wait already.
    public func waitUntilApplied(_ position: Position, timeoutSeconds: Double) async throws {
        try await arrivals.wait(for: position, timeoutSeconds: timeoutSeconds)
    }

    /// Traps unless the invariants hold that can be checked: one live slot a point, counts that agree with the bits,
    /// every location at its point, postings that agree with the payloads. O(points); for tests.
    func assertValid() {
        locations.withLock { locations in
            let state = state
            var live: Set<UUID> = []
            for segment in state.segments {
                precondition(segment.liveCount == segment.live.population && segment.live.count == segment.segment.count)
                precondition(segment.segment.rows.count == segment.segment.count * schema.dimension)
                segment.live.forEach { slot in
                    let id = segment.segment.ids[slot]
                    precondition(live.insert(id).inserted, "point \(id) has two live slots")
                    precondition(locations[id]?.slot == slot && locations[id]?.segment == ObjectIdentifier(segment.segment))
                    for (field, value) in segment.segment.payloads[slot] {
                        for keyword in value.keywords {
                            precondition(segment.segment.keywords(of: field)[keyword]?.contains(Int32(slot)) ?? false)
                        }
                    }
                }
            }
            precondition(live.count == locations.count && live.count == state.pointsCount)
        }
    }
}
