import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct KernelsTests {
    private static let lengths = Array(0...130) + [383, 384, 385, 767, 1_535, 1_536, 4_095, 4_096]
    private static let spare = 8

    @Test func theCPUHasALevelBeyondTheScalarOne() {
        let names = Kernels.supported.map(\.name)
        #expect(names.first == "scalar")
        #expect(names.contains(Kernels.best.name))
        #if arch(x86_64) || arch(arm64)
            #expect(Kernels.best.name != "scalar")
        #endif
    }

    @Test(arguments: Kernels.supported.map(\.name))
    func productsAgreeWithPlainSums(level: String) throws {
        let kernels = try #require(Kernels.supported.first { $0.name == level })
        var generator = SeededGenerator(seed: 11)
        for length in Self.lengths {
            let start = generator.below(Self.spare)
            let floats = (0..<2).map { _ in
                (0..<length + start).map { _ in Float.random(in: -1...1, using: &generator) }
            }
            let bytes = (0..<2).map { _ in
                (0..<length + start).map { _ in Int8.random(in: -128...127, using: &generator) }
            }
            var sum = 0.0
            var sizes = 0.0
            var byteSum = 0
            for index in start..<start + length {
                sum += Double(floats[0][index]) * Double(floats[1][index])
                sizes += abs(Double(floats[0][index]) * Double(floats[1][index]))
                byteSum += Int(bytes[0][index]) * Int(bytes[1][index])
            }
            let (product, byteProduct) = floats[0].withUnsafeBufferPointer { left in
                floats[1].withUnsafeBufferPointer { right in
                    bytes[0].withUnsafeBufferPointer { byteLeft in
                        bytes[1].withUnsafeBufferPointer { byteRight in
                            (
                                kernels.dot(Self.at(left, start), Self.at(right, start), length),
                                kernels.dot(Self.at(byteLeft, start), Self.at(byteRight, start), length)
                            )
                        }
                    }
                }
            }
            #expect(abs(Double(product) - sum) <= 1e-6 * (sizes + 1), "f32 of \(length) from \(start)")
            #expect(Int(byteProduct) == byteSum, "int8 of \(length) from \(start)")
        }
    }

    @Test(arguments: Kernels.supported.map(\.name))
    func extremeBytesDoNotOverflow(level: String) throws {
        let kernels = try #require(Kernels.supported.first { $0.name == level })
        for (left, right) in [(-128, -128), (-128, 127), (127, 127), (127, -128)] {
            let a = [Int8](repeating: Int8(left), count: 4_096)
            let b = [Int8](repeating: Int8(right), count: 4_096)
            #expect(Int(kernels.dot(a, b, 4_096)) == left * right * 4_096)
        }
    }

    /// Alone, among rows or among slots: the same to the last bit, and int8 the same as the scalar level.
    @Test(arguments: Kernels.supported.map(\.name))
    func groupingRowsChangesNothing(level: String) throws {
        let kernels = try #require(Kernels.supported.first { $0.name == level })
        let scalar = try #require(Kernels.supported.first)
        var generator = SeededGenerator(seed: 12)
        for stride in [1, 7, 16, 33, 64, 100, 384] {
            for count in [0, 1, 3, 4, 5, 11] {
                let query = (0..<stride).map { _ in Float.random(in: -1...1, using: &generator) }
                let rows = (0..<stride * count).map { _ in Float.random(in: -1...1, using: &generator) }
                let codes = (0..<stride).map { _ in Int8.random(in: -128...127, using: &generator) }
                let codeRows = (0..<stride * count).map { _ in Int8.random(in: -128...127, using: &generator) }
                var scores = [Float](repeating: .nan, count: count + 1)
                var products = [Int32](repeating: .min, count: count + 1)
                kernels.dotRows(query, rows, stride: stride, count: count, scores: &scores)
                kernels.dotRows(codes, codeRows, stride: stride, length: stride, count: count, scores: &products)
                let slots = (0..<count).map { _ in UInt32(generator.below(count)) }
                var slotScores = [Float](repeating: .nan, count: count + 1)
                var slotProducts = [Int32](repeating: .min, count: count + 1)
                slots.withUnsafeBufferPointer { slots in
                    kernels.dotSlots(query, rows, stride: stride, slots: slots, scores: &slotScores)
                    kernels.dotNodes(
                        codes, codeRows, nodeBytes: stride, codeBytes: stride, slots, scores: &slotProducts)
                }
                for row in 0..<count {
                    let single = Array(rows[row * stride..<(row + 1) * stride])
                    let codeRow = Array(codeRows[row * stride..<(row + 1) * stride])
                    #expect(scores[row] == kernels.dot(query, single, stride))
                    #expect(products[row] == scalar.dot(codes, codeRow, stride))
                    #expect(slotScores[row] == scores[Int(slots[row])])
                    #expect(slotProducts[row] == products[Int(slots[row])])
                }
                #expect(scores[count].isNaN && slotScores[count].isNaN, "written past the end")
                #expect(products[count] == .min && slotProducts[count] == .min, "written past the end")
            }
        }
    }

    /// In rows, among slots and from extreme codes: the product of codes is that of their halves.
    @Test(arguments: Kernels.supported.map(\.name))
    func halvesMakeUpTheProductOfCodes(level: String) throws {
        let kernels = try #require(Kernels.supported.first { $0.name == level })
        let scalar = try #require(Kernels.supported.first)
        var generator = SeededGenerator(seed: 14)
        for length in [128, 256, 384, 1_536, 4_096] {
            for count in [0, 1, 3, 4, 5, 11, 40] {
                let isExtreme = generator.chance(0.3)
                func code() -> Int8 {
                    isExtreme ? (generator.chance(0.5) ? -128 : 127) : Int8.random(in: -128...127, using: &generator)
                }
                let query = (0..<length).map { _ in code() }
                let rows = (0..<count).map { _ in (0..<length).map { _ in code() } }
                // Upper halves lie apart, as among links.
                let stride = length / 2 + 64
                var upper = [UInt8](repeating: 0xFF, count: max(1, count * stride))
                var lower = [UInt8](repeating: 0, count: max(1, count * length / 2))
                for (row, codes) in rows.enumerated() {
                    upper.withUnsafeMutableBufferPointer { upper in
                        lower.withUnsafeMutableBufferPointer { lower in
                            guard let up = upper.baseAddress, let low = lower.baseAddress else { return }
                            Kernels.part(
                                codes, length, upper: up + row * stride, lower: low + row * length / 2)
                        }
                    }
                }
                var high = [Int32](repeating: .min, count: count + 1)
                var low = high
                kernels.dotHalves(query, upper, stride: stride, bytes: length / 2, count: count, scores: &high)
                kernels.dotHalves(query, lower, stride: length / 2, bytes: length / 2, count: count, scores: &low)
                let slots = (0..<count).map { _ in UInt32(generator.below(count)) }
                var atSlots = [Int32](repeating: .min, count: count + 1)
                slots.withUnsafeBufferPointer {
                    kernels.dotHalves(query, upper, stride: stride, bytes: length / 2, $0, scores: &atSlots)
                }
                let sum = query.reduce(0) { $0 + Int($1) }
                for row in 0..<count {
                    let product = 16 * Int(high[row]) + Int(low[row]) - 128 * sum
                    #expect(product == Int(scalar.dot(query, rows[row], length)), "\(length), row \(row) of \(count)")
                    #expect(atSlots[row] == high[Int(slots[row])])
                }
                #expect(high[count] == .min && low[count] == .min && atSlots[count] == .min, "written past the end")
            }
        }
    }

    @Test(arguments: Kernels.supported.map(\.name))
    func signsPickTheirElements(level: String) throws {
        let kernels = try #require(Kernels.supported.first { $0.name == level })
        var generator = SeededGenerator(seed: 15)
        for length in [1, 63, 64, 384, 512, 513, 1_536, 4_096] {
            let bytes = (length + 511) / 512 * 64
            let stride = bytes + 64
            let query = (0..<8 * bytes).map { $0 < length ? Int8.random(in: -128...127, using: &generator) : 0 }
            let rows = (0..<11).map { _ in (0..<length).map { _ in Int8.random(in: -2...2, using: &generator) } }
            var bits = [UInt8](repeating: 0xFF, count: rows.count * stride)
            bits.withUnsafeMutableBufferPointer { bits in
                guard let base = bits.baseAddress else { return }
                for (row, codes) in rows.enumerated() {
                    Kernels.signBits(codes, length, bits: base + row * stride, bytes: bytes)
                }
            }
            for count in [0, 1, 3, 4, 5, 11, 40] {
                let slots = (0..<count).map { _ in UInt32(generator.below(rows.count)) }
                var scores = [Int32](repeating: .min, count: count + 1)
                slots.withUnsafeBufferPointer {
                    kernels.sumBits(query, bits, stride: stride, bytes: bytes, $0, scores: &scores)
                }
                for (index, slot) in slots.enumerated() {
                    let expected = zip(query, rows[Int(slot)]).reduce(0) { $0 + ($1.1 > 0 ? Int($1.0) : 0) }
                    #expect(Int(scores[index]) == expected, "\(length) elements, \(count) slots")
                }
                #expect(scores[count] == .min, "written past the end")
            }
        }
    }

    @Test(arguments: Kernels.supported.map(\.name))
    func codesAreTheSameAtEveryLevelAndWithinTheirBound(level: String) throws {
        let kernels = try #require(Kernels.supported.first { $0.name == level })
        let scalar = try #require(Kernels.supported.first)
        var generator = SeededGenerator(seed: 13)
        for length in Self.lengths {
            let values = (0..<length).map { _ in Float.random(in: -1...1, using: &generator) }
            var codes = [Int8](repeating: 99, count: length + 1)
            var expected = codes
            let scale = kernels.quantise(values, length, codes: &codes)
            #expect(scale == scalar.quantise(values, length, codes: &expected))
            #expect(codes == expected)
            #expect(codes[length] == 99, "written past the end")
            for (value, code) in zip(values, codes) {
                #expect(abs(value - scale * Float(code)) <= 0.5001 * scale)
            }
        }
        var zero: [Int8] = [1, 1, 1]
        #expect(kernels.quantise([0, 0, 0], 3, codes: &zero) == 0)
        #expect(zero == [0, 0, 0])
        var tiny: [Int8] = [1, 1]
        #expect(kernels.quantise([.leastNonzeroMagnitude, 0], 2, codes: &tiny) == 0)
        #expect(tiny == [0, 0])
    }

    /// Where the buffer is empty any address does.
    private static func at<Element>(_ buffer: UnsafeBufferPointer<Element>, _ start: Int) -> UnsafePointer<Element> {
        guard let base = buffer.baseAddress else { return UnsafePointer(bitPattern: MemoryLayout<Element>.alignment)! }
        return base + start
    }
}
