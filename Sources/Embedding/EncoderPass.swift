import Foundation
import Synchronization

/// The way of one text through the encoder, with the memory it needs; used again for the next text.
///
/// The way is a list of stages, each of which falls into items that do not depend on each other: row blocks, panels of
/// columns, heads. One thread leads. A second one may help at any time and leave at any time: it takes items of whatever
/// stage the leader has opened. What an item computes does not depend on who computes it, so the vector is the same.
///
/// `@unchecked Sendable`: the leader alone writes `rows`, `ids` and `stages`, before it opens a stage by a releasing store
/// of `ticket`; each item is given out once by an atomic addition and writes memory of its own; the leader opens the next
/// stage only after `completed` says that every item is done.
final class EncoderPass: @unchecked Sendable {
    private enum Stage {
        case embed
        case attentionIn(layer: Int)
        case attention
        case quantizeContext
        case attentionOut(layer: Int)
        case attentionNorm(layer: Int)
        case up(layer: Int, block: Range<Int>)
        case quantizeInner(block: Range<Int>)
        case down(layer: Int, block: Range<Int>)
        case innerNorm(layer: Int)
        case pool
    }

    /// Rows that normalising and quantising take as one item.
    private static let blockRows = 16
    /// Rows that go through the inner layer together: few enough for its activations to stay in the second-level cache.
    private static let innerRowsMax = 64
    private static let rowsMax = EncoderShape.tokensMax
    /// Spins before a waiting thread lets others run.
    private static let spinsMax = 4_000

    private let weights: EncoderWeights
    private let kernels: MatrixKernels
    private let hidden = Activations(rows: rowsMax, columns: EncoderShape.hidden)
    private let projected = AlignedMemory<Float>(count: rowsMax * 3 * EncoderShape.hidden, zero: 0)
    private let context = Activations(rows: rowsMax, columns: EncoderShape.hidden)
    private let inner = Activations(rows: innerRowsMax, columns: EncoderShape.inner)
    private let result = AlignedMemory<Float>(count: EncoderShape.hidden, zero: 0)
    private let ids = AlignedMemory<Int32>(count: rowsMax, zero: 0)
    /// One for the leader, one for the helper.
    private let scratch: [AlignedMemory<UInt8>]

    private var rows = 0
    private var stages: [Stage] = []
    private let ticket = Atomic<UInt64>(Ticket.closed.bits)
    private let completed = Atomic<Int>(0)

    init(weights: EncoderWeights, kernels: MatrixKernels) {
        self.weights = weights
        self.kernels = kernels
        scratch = (0..<2).map { _ in
            AlignedMemory(count: MatrixKernels.attentionScratchBytes(rows: Self.rowsMax), zero: 0)
        }
    }

    /// Takes up a text of 1 to `EncoderShape.tokensMax` tokens. From here on a helper may come.
    func prepare(_ tokens: [Int32]) {
        precondition((1...Self.rowsMax).contains(tokens.count), "a window of a text has 1 to \(Self.rowsMax) tokens")
        precondition(tokens.allSatisfy { (0..<Int32(EncoderShape.words)).contains($0) }, "a token is in the vocabulary")
        rows = tokens.count
        for (index, token) in tokens.enumerated() { ids.pointer[index] = token }
        stages = Self.stages(rows: rows)
        ticket.store(Ticket(stage: 0, count: 0, item: 0).bits, ordering: .releasing)
    }

    /// Leads the text prepared last through all stages and returns its unit vector. `isShared` says that a helper may come.
    func lead(isShared: Bool) -> [Float] {
        for (index, stage) in stages.enumerated() {
            let count = itemCount(stage)
            if isShared, count > 1 {
                completed.store(0, ordering: .relaxed)
                ticket.store(Ticket(stage: index, count: count, item: 0).bits, ordering: .releasing)
                takeItems(scratch: scratch[0])
                wait { completed.load(ordering: .acquiring) == count }
            } else {
                for item in 0..<count { perform(stage, item, scratch: scratch[0]) }
            }
        }
        ticket.store(Ticket.closed.bits, ordering: .releasing)
        return Array(UnsafeBufferPointer(start: result.pointer, count: result.count))
    }

    /// Takes items until the text is through. At most one thread helps at a time.
    func help() {
        var isOpen = true
        while isOpen {
            takeItems(scratch: scratch[1])
            wait {
                let next = Ticket(bits: ticket.load(ordering: .relaxed))
                isOpen = next.stage != Ticket.closed.stage
                return !isOpen || next.item < next.count
            }
        }
    }

    /// Performs items of the open stage until none is left.
    private func takeItems(scratch: AlignedMemory<UInt8>) {
        while true {
            let seen = Ticket(bits: ticket.load(ordering: .relaxed))
            if seen.item >= seen.count { return }
            // The leader may have opened another stage since: what counts is the ticket that the addition hands out.
            let taken = Ticket(bits: ticket.add(1, ordering: .acquiring).oldValue)
            if taken.item >= taken.count { return }
            perform(stages[taken.stage], taken.item, scratch: scratch)
            completed.add(1, ordering: .releasing)
        }
    }

    private func wait(until isReached: () -> Bool) {
        var spins = 0
        while !isReached() {
            MatrixKernels.spinPause()
            spins += 1
            if spins % Self.spinsMax == 0 { sched_yield() }
        }
    }

    // MARK: Stages

    private static func stages(rows: Int) -> [Stage] {
        let blocks = blocks(of: rows, rowsMax: innerRowsMax)
        var stages: [Stage] = [.embed]
        for layer in 0..<EncoderShape.layers {
            stages += [.attentionIn(layer: layer), .attention, .quantizeContext, .attentionOut(layer: layer)]
            stages.append(.attentionNorm(layer: layer))
            for block in blocks {
                stages += [.up(layer: layer, block: block), .quantizeInner(block: block)]
                stages.append(.down(layer: layer, block: block))
            }
            stages.append(.innerNorm(layer: layer))
        }
        return stages + [.pool]
    }

    /// Cuts rows into blocks of nearly the same size.
    private static func blocks(of rows: Int, rowsMax: Int) -> [Range<Int>] {
        let count = (rows + rowsMax - 1) / rowsMax
        return (0..<count).map { rows * $0 / count..<rows * ($0 + 1) / count }
    }

    private func itemCount(_ stage: Stage) -> Int {
        switch stage {
        case .embed, .attentionNorm, .innerNorm: (rows + Self.blockRows - 1) / Self.blockRows
        case .quantizeContext: weights.precision == .int16 ? (rows + Self.blockRows - 1) / Self.blockRows : 0
        case .quantizeInner(let block):
            weights.precision == .int16 ? (block.count + Self.blockRows - 1) / Self.blockRows : 0
        case .attention: EncoderShape.heads
        case .attentionIn(let layer): weights.layers[layer].attention.panelCount
        case .attentionOut(let layer): weights.layers[layer].attentionOut.panelCount
        case .up(let layer, _): weights.layers[layer].up.panelCount
        case .down(let layer, _): weights.layers[layer].down.panelCount
        case .pool: 1
        }
    }

    private func perform(_ stage: Stage, _ item: Int, scratch: AlignedMemory<UInt8>) {
        switch stage {
        case .embed: embed(rowBlock(item))
        case .attentionIn(let layer):
            weights.layers[layer].attention.apply(
                panel: item, to: hidden.view(), rows: rows, out: projected.pointer, then: .store, by: kernels)
        case .attention: attend(head: item, scratch: scratch)
        case .quantizeContext: quantize(context, rowBlock(item))
        case .attentionOut(let layer):
            weights.layers[layer].attentionOut.apply(
                panel: item, to: context.view(), rows: rows, out: hidden.floats.pointer, then: .add, by: kernels)
        case .attentionNorm(let layer): normalize(rowBlock(item), weights.layers[layer].attentionNorm)
        case .up(let layer, let block):
            weights.layers[layer].up.apply(
                panel: item, to: hidden.view(from: block.lowerBound), rows: block.count, out: inner.floats.pointer,
                then: .gelu, by: kernels)
        case .quantizeInner(let block): quantize(inner, rowBlock(item, of: block.count))
        case .down(let layer, let block):
            weights.layers[layer].down.apply(
                panel: item, to: inner.view(), rows: block.count, out: hidden.view(from: block.lowerBound).floats,
                then: .add, by: kernels)
        case .innerNorm(let layer): normalize(rowBlock(item), weights.layers[layer].innerNorm)
        case .pool:
            MatrixKernels.meanUnit(
                hidden.floats.pointer, stride: hidden.columns, rows: rows, columns: hidden.columns, to: result.pointer)
        }
    }

    private func rowBlock(_ item: Int) -> Range<Int> { rowBlock(item, of: rows) }

    private func rowBlock(_ item: Int, of count: Int) -> Range<Int> {
        item * Self.blockRows..<min(count, (item + 1) * Self.blockRows)
    }

    private func embed(_ block: Range<Int>) {
        let columns = hidden.columns
        MatrixKernels.embed(
            ids.pointer + block.lowerBound, rows: block.count, columns: columns, words: weights.words,
            positions: weights.positions + block.lowerBound * columns, kind: weights.kind,
            to: hidden.view(from: block.lowerBound).floats)
        normalize(block, weights.norm)
    }

    private func normalize(_ block: Range<Int>, _ norm: EncoderWeights.Norm) {
        kernels.normalize(
            hidden.view(from: block.lowerBound).floats, stride: hidden.columns, rows: block.count,
            columns: hidden.columns, gain: norm.gain, bias: norm.bias, epsilon: EncoderShape.epsilon)
        if weights.precision == .int16 { quantize(hidden, block) }
    }

    private func quantize(_ activations: Activations, _ block: Range<Int>) {
        let view = activations.view(from: block.lowerBound)
        kernels.quantize(
            view.floats, stride: activations.columns, rows: block.count, columns: activations.columns,
            to: view.integers, outStride: activations.columns, steps: view.steps)
    }

    private func attend(head: Int, scratch: AlignedMemory<UInt8>) {
        let query = projected.pointer + head * MatrixKernels.headWidth
        kernels.attend(
            weights.precision, query: query, key: query + EncoderShape.hidden, value: query + 2 * EncoderShape.hidden,
            stride: 3 * EncoderShape.hidden, rows: rows, scratch: UnsafeMutableRawPointer(scratch.pointer),
            to: context.floats.pointer + head * MatrixKernels.headWidth, outStride: EncoderShape.hidden)
    }
}

/// Rows of one width in both forms.
private struct Activations {
    let columns: Int
    let floats: AlignedMemory<Float>
    private let integers: AlignedMemory<Int16>
    private let steps: AlignedMemory<Float>

    init(rows: Int, columns: Int) {
        self.columns = columns
        floats = AlignedMemory(count: rows * columns, zero: 0)
        integers = AlignedMemory(count: rows * columns, zero: 0)
        steps = AlignedMemory(count: rows, zero: 0)
    }

    func view(from row: Int = 0) -> RowView {
        RowView(
            floats: floats.pointer + row * columns, integers: integers.pointer + row * columns,
            steps: steps.pointer + row)
    }
}

/// The next item of the open stage, how many it has and which it is, in one atomic word.
private struct Ticket {
    /// Told by the stage: a late helper may still count items of it.
    static let closed = Ticket(bits: .max << 48)

    let bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    init(stage: Int, count: Int, item: Int) {
        bits = UInt64(stage) << 48 | UInt64(count) << 24 | UInt64(item)
    }

    var stage: Int { Int(bits >> 48) }
    var count: Int { Int(bits >> 24 & 0xFF_FFFF) }
    var item: Int { Int(bits & 0xFF_FFFF) }
}
