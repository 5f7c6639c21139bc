import Foundation
import TestSupport

@testable import VectorCollections

extension Fixtures {
    /// A segment of points with values of every kind, and without.
    static func segment(
        points: Int, dimension: Int = 20, seed: UInt64, quantization: Quantization = .int8
    ) throws -> Segment {
        var generator = SeededGenerator(seed: seed)
        let schema = try schema(dimension: dimension)
        let tail = Tail(dimension: dimension, capacity: max(1, points))
        var part = Part(number: 1, tail: tail)
        for number in 0..<points {
            let point = point(number, dimension: dimension, using: &generator)
            _ = part.append(try PreparedPoint(point, schema: schema))
        }
        let options = SegmentBuilder.GraphOptions(
            m: 4, efConstruct: 16, pointsMin: 2, threads: 1, quantization: quantization)
        return try SegmentBuilder(parts: [part], schema: schema, graph: options).build()
    }

    /// The bytes of a segment's file.
    static func fileBytes(_ segment: Segment, number: Int = 7) throws -> [UInt8] {
        let files = FaultyFiles(seed: 1)
        _ = try SegmentFile.write(segment, number: number, to: "file", on: files)
        return files.read("file") ?? []
    }

    /// The points of a state, by id.
    static func points(_ state: CollectionState) -> [UUID: Point] {
        var points: [UUID: Point] = [:]
        for (place, part) in state.parts.enumerated() {
            part.live.forEach { slot in
                let id = part.key(slot).id
                points[id] = Point(
                    id: id, vector: state.vector(part: place, slot: slot),
                    payload: state.payload(part: place, slot: slot, fields: Array(state.schema.fields.indices)))
            }
        }
        return points
    }

    /// Ascending changes of random points behind a position.
    static func changes(_ count: Int, after position: Position, using generator: inout SeededGenerator) -> [Change] {
        (1...Int64(count)).map { step in
            let point = point(generator.below(60), using: &generator)
            let operation = generator.chance(0.75) ? Change.Operation.upsert(point) : .delete
            return Change(position: Position(position.rawValue + step), id: point.id, operation: operation)
        }
    }

    /// A path in the system's folder for temporary files, not there yet.
    static func temporaryPath() -> String {
        NSTemporaryDirectory() + "/greenroom-files-" + UUID().uuidString
    }
}

/// Reads everything there is in a segment, so that whatever lies outside is touched.
enum FullRead {
    /// Walks from the entry, and with a width at which every node that can be reached is.
    private static func walk(_ graph: Graph, _ segment: Segment, _ query: QueryVector) -> Int {
        let all = Bitmap(slotCount: segment.slotCount, filled: true)
        return [nil, all].reduce(0) { total, matching in
            total + GraphSearch(segment: segment, graph: graph, matching: matching).run(query, limit: 5, ef: 400).count
        }
    }

    /// A number that depends on all of it.
    static func run(_ segment: Segment, live: Bitmap) -> Int {
        var hasher = Hasher()
        let state = CollectionState(
            schema: segment.schema, parts: [Part(number: 1, segment: segment, live: live)], appliedPosition: 1,
            isLoaded: true)
        hasher.combine(Fixtures.points(state))
        for slot in 0..<segment.slotCount {
            hasher.combine(segment.slot(of: segment.keys[slot]))
            hasher.combine(segment.codes.errors[slot])
        }
        hasher.combine(segment.codes.scale)
        hasher.combine(bytes: UnsafeRawBufferPointer(segment.codes.nodes.elements))
        hasher.combine(bytes: UnsafeRawBufferPointer(segment.codes.lower.elements))
        hasher.combine(segment.codes.upper.map { $0.elements.reduce(0) { $0 &+ Int($1) } })
        if let graph = segment.graph {
            let dimension = segment.schema.dimension
            do {
                let query = try QueryVector([Float](repeating: 1, count: dimension), dimension: dimension)
                hasher.combine(walk(graph, segment, query))
            } catch {
                preconditionFailure("a vector of ones is a query: \(error)")
            }
        }
        for (field, column) in segment.columns.enumerated() {
            hasher.combine(column.present.count)
            if case .keywords(let keywords) = column {
                for term in 0..<keywords.terms.count {
                    hasher.combine(keywords.terms.index(of: keywords.terms[term]))
                    for slot in keywords.posting(ofTerm: term).slots { hasher.combine(slot) }
                }
                hasher.combine(state.terms(of: field).count)
            }
        }
        search(state, &hasher)
        return hasher.finalize()
    }

    private static func search(_ state: CollectionState, _ hasher: inout Hasher) {
        var generator = SeededGenerator(seed: 5)
        var parameters = CollectionParameters()
        parameters.fullScanKilobytes = 0
        for exact in [false, true] {
            let vector = Fixtures.vector(state.schema.dimension, using: &generator)
            for filter in [nil, Fixtures.filter(using: &generator), .textContains("text", "er")] {
                do {
                    let request = SearchRequest(vector: vector, limit: 20, exact: exact)
                    let run = SearchRun(
                        state: state, parameters: parameters,
                        filter: try FilterCompiler.compile(filter, schema: state.schema),
                        queries: [try SearchRun.Query(request, schema: state.schema)])
                    for hit in run.run()[0].hits { hasher.combine(hit.id) }
                } catch {
                    preconditionFailure("the fixtures make requests that fit: \(error)")
                }
            }
        }
        for field in ["category", "skills", "uses", "owner", "open"] {
            guard let index = state.schema.index(of: field) else { continue }
            hasher.combine(FacetCount(state: state, filter: .everything, field: index, limit: 10).run().count)
        }
    }
}
