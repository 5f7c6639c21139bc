import Foundation
import Synchronization
import TestSupport

@testable import VectorCollections

/// A file system in memory that knows what would outlast a stop of the machine, and fails or stops at a chosen step.
final class FaultyFiles: FileSystem {
    enum Fault: Equatable {
        /// One step fails, those after it succeed.
        case fail(at: Int)
        /// The process ends in this step: a write may be done in part, and everything after it fails.
        case stop(at: Int)
    }

    private struct Content {
        var bytes: [UInt8] = []
        /// As last synchronised.
        var durable: [UInt8]?
    }

    private struct World {
        var contents: [Content] = []
        /// The file of each path, as running programs see it and as it would be found after a stop of the machine.
        var names: [String: Int] = [:]
        var durableNames: [String: Int] = [:]
        var folders: Set<String> = []
        var locks: Set<String> = []
        var steps = 0
        var fault: Fault?
        var isStopped = false
        var generator: SeededGenerator
    }

    private let world: Mutex<World>

    init(seed: UInt64) { world = Mutex(World(generator: SeededGenerator(seed: seed))) }

    /// Steps that change something, so far.
    var steps: Int { world.withLock { $0.steps } }

    /// Counts steps from 0 again.
    func arm(_ fault: Fault?) {
        world.withLock { world in
            world.fault = fault
            world.steps = 0
        }
    }

    /// The process has ended: what it wrote is there, its locks are not.
    func restartProcess() {
        world.withLock { world in
            world.isStopped = false
            world.fault = nil
            world.locks = []
        }
    }

    /// The machine has stopped: of what was not synchronised, each name and each file is as it was before, as it was
    /// last, or, a file, something between.
    func restartMachine() {
        restartProcess()
        world.withLock { world in
            for path in Set(world.names.keys).union(world.durableNames.keys).sorted() where world.generator.chance(0.5)
            {
                world.names[path] = world.durableNames[path]
            }
            for index in world.contents.indices {
                let content = world.contents[index]
                if content.durable != content.bytes {
                    let kept = world.generator.below(content.bytes.count + 1)
                    switch world.generator.below(4) {
                    case 0: world.contents[index].bytes = content.durable ?? []
                    case 1: world.contents[index].bytes = Array(content.bytes[..<kept])
                    case 2:
                        let zeros = [UInt8](repeating: 0, count: content.bytes.count - kept)
                        world.contents[index].bytes = content.bytes[..<kept] + zeros
                    default: break
                    }
                }
                world.contents[index].durable = world.contents[index].bytes
            }
            world.durableNames = world.names
        }
    }

    // MARK: Files as a test sees them

    func read(_ path: String) -> [UInt8]? {
        world.withLock { world in world.names[path].map { world.contents[$0].bytes } }
    }

    func replace(_ path: String, _ bytes: [UInt8]) {
        world.withLock { world in
            world.contents.append(Content(bytes: bytes, durable: bytes))
            world.names[path] = world.contents.count - 1
            world.durableNames[path] = world.contents.count - 1
        }
    }

    var paths: [String] { world.withLock { $0.names.keys.sorted() } }

    // MARK: FileSystem

    /// Counts a step that changes something; `tear` is called when the process ends in the middle of it.
    private static func step(
        _ world: inout World, _ operation: String, _ path: String, tear: (inout World) -> Void = { _ in }
    ) throws(FileError) {
        let number = world.steps
        world.steps += 1
        if world.fault == .fail(at: number) { throw FileError(operation, path, ENOSPC) }
        if !world.isStopped, world.fault == .stop(at: number) {
            world.isStopped = true
            if world.generator.chance(0.5) { tear(&world) }
        }
        if world.isStopped { throw FileError(operation, path, EIO) }
    }

    func makeFolder(_ path: String) throws(FileError) {
        try world.withLock { world throws(FileError) in
            try Self.step(&world, "make the folder", path)
            world.folders.insert(path)
        }
    }

    func names(in folder: String) throws(FileError) -> [String] {
        let paths = paths.filter { $0.hasPrefix(folder + "/") && !$0.dropFirst(folder.count + 1).contains("/") }
        return paths.map { String($0.dropFirst(folder.count + 1)) }
    }

    func create(_ path: String) throws(FileError) -> any FileWriter {
        try world.withLock { world throws(FileError) in
            try Self.step(&world, "create", path)
            world.contents.append(Content())
            world.names[path] = world.contents.count - 1
            return Writer(files: self, content: world.contents.count - 1, path: path)
        }
    }

    func map(_ path: String) throws(FileError) -> MappedFile? { read(path).map { MappedFile.guarded($0) } }

    func scratch(in folder: String, bytes: Int) throws(FileError) -> ScratchFile {
        try world.withLock { world throws(FileError) in try Self.step(&world, "reserve \(bytes) bytes in", folder) }
        let flags = MAP_SHARED | MAP_ANONYMOUS
        guard let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED else {
            preconditionFailure("no memory for \(bytes) bytes")
        }
        let address = UInt(bitPattern: memory)
        let file = MappedFile(base: memory, count: bytes) { base, count in
            _ = munmap(UnsafeMutableRawPointer(mutating: base), count)
        }
        return ScratchFile(file) { [self] offset, written throws(FileError) in
            try world.withLock { world throws(FileError) in try Self.step(&world, "write", folder) }
            guard let target = UnsafeMutableRawPointer(bitPattern: address), let source = written.baseAddress else {
                return
            }
            (target + offset).copyMemory(from: source, byteCount: written.count)
        }
    }

    func rename(_ path: String, to target: String) throws(FileError) {
        func move(_ world: inout World) { world.names[target] = world.names.removeValue(forKey: path) }
        try world.withLock { world throws(FileError) in
            guard world.names[path] != nil else { throw FileError("rename", path, ENOENT) }
            try Self.step(&world, "rename", path, tear: move)
            move(&world)
        }
    }

    func remove(_ path: String) throws(FileError) {
        try world.withLock { world throws(FileError) in
            try Self.step(&world, "delete", path) { $0.names[path] = nil }
            world.names[path] = nil
        }
    }

    func synchronise(folder: String) throws(FileError) {
        try world.withLock { world throws(FileError) in
            try Self.step(&world, "synchronise", folder)
            for path in Set(world.names.keys).union(world.durableNames.keys) where path.hasPrefix(folder + "/") {
                world.durableNames[path] = world.names[path]
            }
        }
    }

    func lock(_ path: String) throws(FileError) -> (any FileLock)? {
        try world.withLock { world throws(FileError) in
            try Self.step(&world, "lock", path)
            return world.locks.insert(path).inserted ? Lock(files: self, path: path) : nil
        }
    }

    private final class Lock: FileLock {
        private let files: FaultyFiles
        private let path: String

        init(files: FaultyFiles, path: String) {
            self.files = files
            self.path = path
        }

        deinit { _ = files.world.withLock { $0.locks.remove(path) } }
    }

    private final class Writer: FileWriter {
        private let files: FaultyFiles
        private let content: Int
        private let path: String

        init(files: FaultyFiles, content: Int, path: String) {
            self.files = files
            self.content = content
            self.path = path
        }

        func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
            let bytes = Array(bytes)
            let index = content
            try files.world.withLock { world throws(FileError) in
                try FaultyFiles.step(&world, "write", path) { world in
                    world.contents[index].bytes += bytes[..<world.generator.below(bytes.count + 1)]
                }
                world.contents[index].bytes += bytes
            }
        }

        func synchronise() throws(FileError) {
            try files.world.withLock { world throws(FileError) in
                try FaultyFiles.step(&world, "synchronise", path)
                world.contents[content].durable = world.contents[content].bytes
            }
        }
    }
}

extension MappedFile {
    /// Bytes that end where memory ends: reading past them is a fault. Less than a cache line of slack stays where
    /// their number is not a multiple of one.
    static func guarded(_ bytes: [UInt8]) -> MappedFile {
        let pageBytes = 4_096
        let used = (bytes.count + pageBytes - 1) / pageBytes * pageBytes
        let total = used + 2 * pageBytes
        guard let memory = mmap(nil, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), memory != MAP_FAILED else {
            preconditionFailure("no memory for \(total) bytes")
        }
        precondition(used == 0 || mprotect(memory + pageBytes, used, PROT_READ | PROT_WRITE) == 0)
        let start = memory + (pageBytes + used - (bytes.count + 63) / 64 * 64)
        start.copyMemory(from: bytes, byteCount: bytes.count)
        precondition(used == 0 || mprotect(memory + pageBytes, used, PROT_READ) == 0)
        let address = UInt(bitPattern: memory)
        return MappedFile(base: start, count: bytes.count) { _, _ in
            _ = munmap(UnsafeMutableRawPointer(bitPattern: address), total)
        }
    }

    /// Bytes in memory of exactly their size, whose ends an address sanitizer watches.
    static func allocated(_ bytes: [UInt8]) -> MappedFile {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 64)
        memory.copyMemory(from: bytes, byteCount: bytes.count)
        return MappedFile(base: memory, count: bytes.count) { base, _ in base.deallocate() }
    }
}
