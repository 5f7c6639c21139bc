import Foundation

/// The dimension of the surface that the points of a graph seem to lie on, from how quickly distances to their neighbours
/// grow with rank (as Levina and Bickel, 2004): d(r) ∝ r^(1/dimension).
enum IntrinsicDimension {
    static let limits: ClosedRange<Float> = 2...256

    private static let sampleCount = 256
    private static let ranks = (near: 10, far: 40)

    /// Over nodes at even distances in number. O(sample × walk)
    static func estimate(_ view: GraphView, _ scratch: WalkScratch) -> Float {
        var sum = 0.0
        var count = 0
        let step = max(1, view.count / sampleCount)
        for node in stride(from: step / 2, to: view.count, by: step) {
            let walk = GraphWalk<WholeProduct>(view: view, query: view.codes(node), scratch: scratch)
            let entry = walk.descend(from: 0, top: view.upperLevels, to: 0)
            let beam = walk.widen(from: entry, level: 0, width: min(scratch.beamMax, 2 * ranks.far))
            guard beam.count > ranks.far else { continue }
            // The product with itself stands for the square of the length.
            let own = Double(Kernels.best.dot(view.codes(node), view.codes(node), view.codeBytes))
            let near = own - Double(beam.score(ranks.near))
            let far = own - Double(beam.score(ranks.far))
            guard near > 0, far > near else { continue }
            sum += 0.5 * log(far / near)
            count += 1
        }
        guard count > 0, sum > 0 else { return limits.upperBound }
        let dimension = log(Double(ranks.far) / Double(ranks.near)) / (sum / Double(count))
        return min(max(Float(dimension), limits.lowerBound), limits.upperBound)
    }
}
