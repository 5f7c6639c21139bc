import ArgumentParser
import Foundation
import Learner
import Recommend

extension EvaluateCommand {
    /// `greenroom evaluate coach …`
    struct Coach: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "coach", abstract: "Compare the coach with other policies on simulated people who learn.",
            discussion: """
                Every policy practises with the same people, who learn from answering and forget between sittings by \
                equations that are not the model's. Figures are points of true mastery gained per hundred questions, \
                with intervals of 95 % over seeds. The populations differ in where most is learned and what is known.
                """)

        @Option(help: "People for each seed and policy; 1 to 10000.") var people = 40
        @Option(help: "Seeds; 1 to 1000.") var seeds = 20
        @Option(help: "The first seed.") var firstSeed: UInt64 = 1
        @Option(help: "Only the population of this name; may be given many times.") var population: [String] = []
        @Option(help: "Only this policy; may be given many times.") var policy: [String] = []
        @Option(help: "Coefficients that fit wrote; the shipped ones without.") var coefficients: String?
        @Option(help: "Parameters of the coach as JSON; those that ship without.") var parameters: String?
        @Flag(help: "Print the result as JSON.") var json = false

        func run() throws {
            let set =
                try coefficients.map { try LearnerCoefficients(json: Data(contentsOf: URL(fileURLWithPath: $0))) }
                ?? LearnerCoefficients.shipped()
            let chosen =
                try parameters.map {
                    try JSONDecoder().decode(CoachParameters.self, from: Data(contentsOf: URL(fileURLWithPath: $0)))
                } ?? CoachParameters()
            let evaluation = CoachEvaluation(coefficients: set, policy: try CoachPolicy(parameters: chosen))
            let names = CoachSimulation.varied.map(\.name)
            for name in population where !names.contains(name) {
                throw ValidationError("population is \(name), allowed are \(names.joined(separator: ", "))")
            }
            let ways = try policy.isEmpty ? SimulatedPolicy.allCases : policy.map(Self.way)
            var report = CoachReport(coefficients: set.name, populations: [])
            for var simulation in CoachSimulation.varied
            where population.isEmpty || population.contains(simulation.name) {
                CommandOutput.note(simulation.name)
                simulation.people = people
                let result = try evaluation.run(
                    simulation, seeds: seeds, firstSeed: firstSeed,
                    policies: ways)
                report.populations.append(result)
                if !json { show(result) }
            }
            report.latency = population.isEmpty ? try CoachLatency.measure(coefficients: set) : nil
            if json { return try CommandOutput.json(report) }
            guard let latency = report.latency else { return }
            CommandOutput.line(
                String(
                    format: "%d of %d candidates for a person of %d answers: %.2f ms, 99 %% within %.2f ms, "
                        + "%.2f ms on the processor",
                    latency.count, latency.candidates, latency.answers, latency.medianMilliseconds,
                    latency.p99Milliseconds, latency.meanCpuMilliseconds))
        }

        private static func way(_ name: String) throws -> SimulatedPolicy {
            guard let way = SimulatedPolicy(rawValue: name) else {
                let names = SimulatedPolicy.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("policy is \(name), allowed are \(names)")
            }
            return way
        }

        private func show(_ population: CoachReport.Population) {
            CommandOutput.line(
                "\(population.name): \(population.peoplePerSeed) people of each of \(population.seeds) seeds, "
                    + "\(population.answersPerPerson) questions each")
            for figures in population.figures {
                var line = String(
                    format: "  %@: %.2f, delayed %.2f, true probability %.2f", figures.policy.rawValue,
                    figures.gained.mean, figures.gainedDelayed.mean, figures.probability)
                if let ahead = figures.coachAhead, let delayed = figures.coachAheadDelayed {
                    line += String(
                        format: "; coach ahead by %.2f (%.2f to %.2f), delayed %.2f (%.2f to %.2f)", ahead.mean,
                        ahead.lower, ahead.upper, delayed.mean, delayed.lower, delayed.upper)
                }
                CommandOutput.line(line)
            }
            CommandOutput.line(
                String(
                    format: "  readiness: truth in the interval of %.0f %% of the needs, %.3f off on average; "
                        + "as a whole in %.0f %%",
                    100 * population.readinessCoverage, population.readinessDistance,
                    100 * population.readinessOverallCoverage))
        }
    }
}
