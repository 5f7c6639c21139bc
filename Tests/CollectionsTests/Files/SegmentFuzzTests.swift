import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

/// Damaged and forged files: each is refused with a reason, or opens and is read from end to end within its bounds.
@Suite struct SegmentFuzzTests {
    @Test(arguments: 0..<8)
    func damagedFilesAreRefusedOrHarmless(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let segment = try Fixtures.segment(points: [0, 5, 40, 90][seed % 4], seed: UInt64(seed))
        let bytes = try Fixtures.fileBytes(segment)
        var openedCount = 0
        for round in 0..<400 {
            var mutation = FileMutation(bytes: bytes)
            for _ in 0..<1 + generator.below(2) { mutation.mutate(using: &generator) }
            if round % 2 == 0 { mutation.seal() }
            let file = round % 4 < 2 ? MappedFile.guarded(mutation.bytes) : .allocated(mutation.bytes)
            do throws(SectionFileError) {
                let checking: FileChecking = generator.chance(0.5) ? .full : .structure
                let opened = try SegmentFile.open(file, schema: segment.schema, checking: checking)
                openedCount += 1
                let live = Bitmap(slotCount: opened.segment.slotCount, filled: true)
                _ = FullRead.run(opened.segment, live: live)
            } catch {
                #expect(!error.description.isEmpty, "seed \(seed), round \(round)")
            }
        }
        #expect(openedCount > 5, "seed \(seed): the mutations must reach past the checksums")
    }

    /// The same with a whole folder, its manifest included.
    @Test(arguments: 0..<4)
    func damagedFoldersAreRefusedOrHarmless(seed: Int) async throws {
        var generator = SeededGenerator(seed: 100 + UInt64(seed))
        let files = FaultyFiles(seed: 1)
        let workers = Fixtures.workers()
        let first = try Fixtures.collection(
            workers: workers, files: CollectionFiles(folder: "f", source: "s", on: files))
        try first.apply(Fixtures.changes(90, after: .start, using: &generator))
        try await first.maintain()
        try first.apply(Fixtures.changes(5, after: first.appliedPosition, using: &generator))
        try await first.snapshot()
        files.restartProcess()
        let paths = files.paths.filter { !$0.hasSuffix("lock") }
        let good = paths.compactMap { path in files.read(path).map { (path, $0) } }
        var openedCount = 0
        for round in 0..<150 {
            for (path, bytes) in good { files.replace(path, bytes) }
            let victim = generator.chance(0.6) ? "f/manifest" : paths[generator.below(paths.count)]
            var mutation = FileMutation(bytes: files.read(victim) ?? [])
            mutation.mutate(using: &generator)
            if round % 4 != 0 { mutation.seal() }
            if generator.chance(0.1) { mutation.bytes = good[generator.below(good.count)].1 }
            files.replace(victim, mutation.bytes)
            files.restartProcess()
            do {
                let opened = try Fixtures.restored(from: files, workers: workers)
                openedCount += 1
                for part in opened.state.parts {
                    if let segment = part.segment { _ = FullRead.run(segment, live: part.live) }
                }
                // What was accepted must bear changes and merging too.
                try opened.apply(Fixtures.changes(40, after: opened.appliedPosition, using: &generator))
                try await opened.maintain()
            } catch let error as SnapshotError {
                #expect(error.mustRebuild, "seed \(seed), round \(round): \(error)")
                #expect(files.paths.filter { $0.contains("quarantine/") }.count <= 4)
            }
        }
        #expect(openedCount > 0, "seed \(seed)")
    }
}

extension Fixtures {
    static func restored(
        from files: FaultyFiles, workers: WorkerPool, checking: FileChecking = .structure
    ) throws -> VectorCollections.Collection {
        try VectorCollections.Collection(
            restoring: CollectionFiles(folder: "f", source: "s", on: files), schema: schema(),
            parameters: tinyParameters, workers: workers, checking: checking)
    }
}

/// A file on its way to ruin.
struct FileMutation {
    var bytes: [UInt8]

    /// Does one thing to it: cuts, extends, flips, overwrites, swaps.
    mutating func mutate(using generator: inout SeededGenerator) {
        guard bytes.count > 128 else { return }
        switch generator.below(10) {
        case 0: bytes.removeLast(1 + generator.below(bytes.count))
        case 1: bytes += [UInt8](repeating: UInt8(generator.below(256)), count: 64 * (1 + generator.below(70)))
        case 2: bytes[generator.below(bytes.count)] ^= 1 << UInt8(generator.below(8))
        case 3, 4: overwrite(at: generator.below(bytes.count / 4) * 4, using: &generator)
        case 5: overwrite(at: generator.below(16) * 4, using: &generator)
        case 6: overwrite(at: 64 + generator.below(max(1, sectionCount * 10)) * 4, using: &generator)
        case 7: swapEntries(using: &generator)
        case 8: overwriteInSection(using: &generator)
        default:
            let length = 4 * (1 + generator.below(16))
            let (from, to) = (generator.below(bytes.count - length), generator.below(bytes.count - length))
            bytes.replaceSubrange(to..<to + length, with: Array(bytes[from..<from + length]))
        }
    }

    private var sectionCount: Int { min(4_096, Int(number(48) & 0xFFFF), max(0, bytes.count - 64) / 40) }

    private func number(_ offset: Int) -> UInt32 {
        guard offset + 4 <= bytes.count else { return 0 }
        return bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    }

    private func offset(_ section: Int) -> Int { Int(number(64 + section * 40 + 16)) }

    private mutating func overwrite(at offset: Int, using generator: inout SeededGenerator) {
        let words: [UInt32] = [0, 1, .max, 0x7FFF_FFFF, 0x8000_0000, number(offset) &+ 1, number(offset) &- 1, 64]
        set(offset, words[generator.below(words.count)])
    }

    mutating func set(_ offset: Int, _ value: UInt32) {
        guard offset + 4 <= bytes.count else { return }
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self) }
    }

    /// Numbers near a section's start, where the small ones are that others are found by.
    private mutating func overwriteInSection(using generator: inout SeededGenerator) {
        guard sectionCount > 0 else { return }
        let place = offset(generator.below(sectionCount)) + 4 * generator.below(24)
        if place + 4 <= bytes.count { overwrite(at: place, using: &generator) }
    }

    private mutating func swapEntries(using generator: inout SeededGenerator) {
        guard sectionCount > 1 else { return }
        let (left, right) = (64 + 40 * generator.below(sectionCount), 64 + 40 * generator.below(sectionCount))
        // Kind and field, or all of the line.
        let length = generator.chance(0.5) ? 4 : 40
        for index in 0..<length { bytes.swapAt(left + index, right + index) }
    }

    /// Makes every checksum right again, as far as the table can be followed: so that the contents are what is checked.
    mutating func seal() {
        guard bytes.count >= 64, bytes.count >= 64 + sectionCount * 40 else { return }
        set(16, UInt32(bytes.count))
        set(20, 0)
        let starts = (0..<sectionCount).map(offset) + [bytes.count]
        for section in 0..<sectionCount {
            let (start, end) = (starts[section], starts[section + 1])
            if start >= 0, start <= end, end <= bytes.count {
                set(64 + section * 40 + 32, bytes[start..<end].withUnsafeBytes { Checksum.crc32c($0) })
            }
        }
        if (64...bytes.count).contains(starts[0]) {
            set(52, bytes[64..<starts[0]].withUnsafeBytes { Checksum.crc32c($0) })
        }
        set(60, bytes[..<60].withUnsafeBytes { Checksum.crc32c($0) })
    }
}
