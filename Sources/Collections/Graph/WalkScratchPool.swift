import Synchronization

/// Scratches at rest, so that a walk finds one made.
final class WalkScratchPool: Sendable {
    static let shared = WalkScratchPool()

    private static let restingMax = 16
    private let resting = Mutex<[WalkScratch]>([])

    /// Lends a scratch for graphs of at least `nodesMax` nodes.
    func with<Value>(nodesMax: Int, degreeMax: Int, _ walk: (WalkScratch) -> Value) -> Value {
        let scratch = take(nodesMax, degreeMax)
        defer { give(scratch) }
        return walk(scratch)
    }

    private func take(_ nodesMax: Int, _ degreeMax: Int) -> WalkScratch {
        let found = resting.withLock { resting -> WalkScratch? in
            resting.lastIndex { $0.nodesMax >= nodesMax && $0.degreeMax >= degreeMax }.map { resting.remove(at: $0) }
        }
        if let found { return found }
        // Somewhat larger, so that the next segment finds it large enough.
        return WalkScratch(
            nodesMax: nodesMax + nodesMax / 4, beamMax: SearchRequest.efMax, degreeMax: max(degreeMax, 32))
    }

    private func give(_ scratch: WalkScratch) {
        scratch.clear()
        resting.withLock { resting in
            if resting.count < Self.restingMax {
                resting.append(scratch)
            } else if let least = resting.indices.min(by: { resting[$0].nodesMax < resting[$1].nodesMax }),
                resting[least].nodesMax < scratch.nodesMax
            {
                resting[least] = scratch
            }
        }
    }
}
