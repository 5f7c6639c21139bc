import Foundation

extension Collection {
    /// The points nearest to a vector, at most `perGroupMax` of each value of a field, of the `groupsMax` values with the
    /// best hits. Groups are filled whenever enough points match.
    ///
    /// Searches ever deeper until the groups are full or nothing is left; where the best 1000 do not decide it, compares
    /// every matching point.
    /// - Throws: `SearchError`, `FilterError`; `WorkerPoolError` under too much load.
    public func searchGroups(_ request: GroupSearchRequest) async throws -> GroupSearchResult {
        try await durations.measure(.groups) {
            let field = try request.check(schema)
            let fields = try request.payload.resolve(schema)
            let state = state
            let (groups, matchingCount) = try await group(request, field, state)
            return GroupSearchResult(
                groups: groups.map { group in
                    HitGroup(
                        value: group.value,
                        hits: state.hits(group.members, fields: fields, withVector: request.withVector))
                },
                matchingCount: matchingCount, appliedPosition: state.appliedPosition)
        }
    }

    private func group(
        _ request: GroupSearchRequest, _ field: Int, _ state: CollectionState
    ) async throws -> (groups: [Grouping.Group], matchingCount: Int) {
        let empty = Grouping(
            kind: schema.fields[field].kind, groupsMax: request.groupsMax, perGroupMax: request.perGroupMax)
        var search = SearchRequest(
            vector: request.vector, filter: request.filter, scoreThreshold: request.scoreThreshold, payload: .none,
            exact: request.exact, model: request.model)
        // Ten times as deep a search costs little more; a second one costs as much again.
        search.limit = min(SearchRequest.limitMax, max(100, 10 * request.groupsMax * request.perGroupMax))
        while true {
            let result = try await answer([search], on: state, narrowing: .isSet(field: field))[0]
            let places = state.find(Set(result.hits.map { PointKey($0.id) }))
            var grouping = empty
            for hit in result.hits where !grouping.isFull {
                guard let place = places[PointKey(hit.id)] else { preconditionFailure("a hit is not in its state") }
                grouping.add(hit.id, hit.score, state.parts[place.part].value(field: field, place.slot))
            }
            if grouping.isFull || result.hits.count < search.limit || result.hits.count == result.matchingCount {
                return (grouping.groups, result.matchingCount)
            }
            if search.limit == SearchRequest.limitMax {
                return (try await scan(search, field, empty, state), result.matchingCount)
            }
            search.limit = min(SearchRequest.limitMax, 4 * search.limit)
        }
    }

    private func scan(
        _ search: SearchRequest, _ field: Int, _ empty: Grouping, _ state: CollectionState
    ) async throws -> [Grouping.Group] {
        let scan = GroupScan(
            state: state,
            filter: try FilterCompiler.compile(search.filter, schema: schema).and(.isSet(field: field)),
            query: try QueryVector(search.vector, dimension: schema.dimension), scoreThreshold: search.scoreThreshold)
        return try await onThread(kilobytes: scan.kilobytes) {
            var grouping = empty
            for entry in scan.run() {
                if grouping.isFull { break }
                let value = state.parts[Int(entry.part)].value(field: field, Int(entry.slot))
                grouping.add(entry.key.id, entry.score, value)
            }
            return grouping.groups
        }
    }
}
