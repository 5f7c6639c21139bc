import Foundation

/// The memory of this process, as Linux tells it.
public struct ProcessMemory: Sendable, Equatable, Codable {
    /// In physical memory now.
    public let residentBytes: Int
    /// Of these, what belongs to no file: the heap.
    public let anonymousBytes: Int
    /// Of these, pages of mapped files, which the system can take back at any time. The program's own code counts.
    public let fileBytes: Int
    /// The most that was ever resident, or since the peak was forgotten.
    public let residentBytesMax: Int

    /// - Throws: what reading `/proc/self/status` throws; `ProcessMemoryError` where it lacks a line.
    public static func read() throws -> ProcessMemory {
        try parse(try String(contentsOfFile: "/proc/self/status", encoding: .utf8))
    }

    /// The same, and `residentBytesMax` counts from now on.
    public static func readAndForgetPeak() throws -> ProcessMemory {
        try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
        return try read()
    }

    /// Reads the lines of `/proc/PID/status`, which count in kB of 1024 bytes.
    static func parse(_ status: String) throws(ProcessMemoryError) -> ProcessMemory {
        func bytes(_ name: String) throws(ProcessMemoryError) -> Int {
            for line in status.split(separator: "\n") where line.hasPrefix(name + ":") {
                let words = line.split(whereSeparator: \.isWhitespace)
                if words.count == 3, words[2] == "kB", let kilobytes = Int(words[1]), kilobytes >= 0 {
                    return kilobytes * 1_024
                }
            }
            throw ProcessMemoryError(line: name)
        }
        return ProcessMemory(
            residentBytes: try bytes("VmRSS"), anonymousBytes: try bytes("RssAnon"), fileBytes: try bytes("RssFile"),
            residentBytesMax: try bytes("VmHWM"))
    }
}

/// The system does not tell a process's memory as Linux does.
public struct ProcessMemoryError: Error, Equatable, CustomStringConvertible {
    public let line: String

    public var description: String { "/proc/self/status has no line '\(line): … kB', as Linux writes it" }
}
