/// How much memory an operation reads, roughly: what decides on which thread it runs.
enum ScanCost {
    static func kilobytes(of run: SearchRun) -> Int {
        let bytes = run.state.parts.reduce(0) { total, part in
            switch part.storage {
            case .segment(let segment) where !run.queries[0].exact: total + segment.codes.nodes.bytes
            default: total + part.liveCount * part.rows.stride * MemoryLayout<Float>.stride
            }
        }
        return bytes / 1_024 * run.queries.count + kilobytes(of: run.filter, run.state)
    }

    static func kilobytes(of filter: CompiledFilter, _ state: CollectionState) -> Int {
        let bytesPerPoint = filter == .everything ? 1 : filter.cost >= CompiledFilter.textCost ? 1_024 : 32
        return state.pointsCount * bytesPerPoint / 1_024
    }
}
