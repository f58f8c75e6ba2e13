using System.Globalization;
using System.Text.Json.Nodes;
using Innate.Environments.CapSets;
using Innate.Environments.Countdown;
using Innate.Environments.HiddenHypotheses;
using Innate.Environments.Household;
using Innate.Environments.Peano;
using Innate.Search;

namespace Innate.Tests.Zoo;

/// <summary>Worlds and searches with exact counts, as calls of the library.</summary>
internal static class WorldCounts
{
    public static IReadOnlyDictionary<string, Func<ZooCase, object>> All { get; } =
        new Dictionary<string, Func<ZooCase, object>>(StringComparer.Ordinal)
        {
            ["world.household"] = Household,
            ["world.countdown"] = c =>
            {
                long[] numbers = [.. c.Inputs.Wholes("numbers").Select(n => (long)n)];
                CountdownCount found = CountdownRules.Count(numbers, c.Inputs.Whole("target"));
                return new { random_success = found.RandomSuccess, winning_sequences = found.Winning, all_sequences = found.All };
            },
            ["world.peano"] = Proof,
            ["helix.step"] = Helix,
            ["helix.feedback_value"] = c => new
            {
                reward_only_sequences = Dimension(c.Inputs, FeedbackKind.Reward),
                first_error_position_queries = Dimension(c.Inputs, FeedbackKind.FirstError),
                with_correction = Dimension(c.Inputs, FeedbackKind.Correction),
                demonstration = Dimension(c.Inputs, FeedbackKind.Demonstration),
            },
            ["helix.hidden_sequence_rounds"] = c => new
            {
                reward_only = Rounds(c.Inputs, FeedbackKind.Reward),
                first_error_position = Rounds(c.Inputs, FeedbackKind.FirstError),
                with_correction = Rounds(c.Inputs, FeedbackKind.Correction),
                demonstration = Rounds(c.Inputs, FeedbackKind.Demonstration),
            },
            ["funsearch.cluster_sampling"] = c =>
            {
                double temperature = IslandSampling.Temperature(
                    c.Inputs.Whole("programs_registered"), c.Inputs.Number("temperature_init"), c.Inputs.Whole("period"));
                return new
                {
                    temperature,
                    probabilities = IslandSampling.Clusters(c.Inputs.Numbers("cluster_scores"), temperature),
                };
            },
            ["funsearch.length_sampling"] = c => new { probabilities = IslandSampling.Programs(c.Inputs.Numbers("lengths")) },
            ["funsearch.capset"] = Caps,
            ["puct"] = c =>
            {
                double[] scores = Puct.Scores(
                    c.Inputs.Wholes("visits"), c.Inputs.Numbers("q"), c.Inputs.Numbers("prior"), c.Inputs.Number("c"));
                return new { scores, chosen = Puct.Choose(scores) };
            },
            ["alphazero_c"] = c => new
            {
                c = Puct.Exploration(c.Inputs.Whole("parent_visits"), c.Inputs.Number("c_base"), c.Inputs.Number("c_init")),
            },
            ["alphageometry.beam"] = c => new
            {
                kept = ConstructionBeam.Keep(
                    c.Inputs.Number("prev_score"), c.Inputs.Numbers("step_scores"), c.Inputs.Whole("beam_size"))
                    .Select(k => k.Score),
            },
        };

    // The case names its tasks in what it expects, as the table does.
    private static object Household(ZooCase c)
    {
        HouseholdMap map = new(c.Inputs.Texts("places"), c.Inputs.Texts("objects"));
        JsonObject start = c.Inputs["start"]!.AsObject();
        HouseholdState state = HouseholdState.Start([.. map.Objects.Select(o => Place(map, (string)start[o]!))]);
        Dictionary<string, HouseholdEpisode> episodes = c.Expected["tasks"]!.AsObject()
            .ToDictionary(t => t.Key, t => new HouseholdEpisode(map, state, Task(map, t.Key)), StringComparer.Ordinal);
        var tasks = episodes.ToDictionary(
            e => e.Key,
            e =>
            {
                string[] plan = [.. e.Value.Plan()!.Select(a => a.Text(map))];
                return new { optimal_steps = plan.Length, plan, random_policy_success_30 = e.Value.RandomSuccess(30) };
            },
            StringComparer.Ordinal);
        Assert.All(episodes, e => Assert.Equal(e.Key, e.Value.Task.Text(map)));
        return new { tasks, mean_random = tasks.Values.Average(t => t.random_policy_success_30) };
    }

    private static int Place(HouseholdMap map, string text) => map.Places.ToList().IndexOf(text.Split(' ', ',')[0]);

    private static HouseholdTask Task(HouseholdMap map, string text)
    {
        string[] words = text.Split(' ');
        int[] items = [.. words.Select(w => map.Objects.ToList().IndexOf(w)).Where(i => i >= 0)];
        if (words[0] == "look") return new HouseholdTask(HouseholdFamily.Look, items[0], map.DeskAt);
        int place = map.Places.ToList().IndexOf(words[^1]);
        if (items.Length == 2) return new HouseholdTask(HouseholdFamily.PutTwo, items[0], place, items[1]);
        HouseholdFamily family = words[1] switch
        {
            "clean" => HouseholdFamily.Clean,
            "hot" => HouseholdFamily.Heat,
            "cold" => HouseholdFamily.Cool,
            _ => HouseholdFamily.Put,
        };
        return new HouseholdTask(family, items[0], place);
    }

    private static object Proof(ZooCase c)
    {
        Axiom[] axioms = [.. c.Inputs.Texts("axioms").Select(Axiom.Parse)];
        Axiom goal = Axiom.Parse(c.Inputs.Text("goal"));
        IReadOnlyList<ProofStep> proof = Rewriting.Prove(goal.Left, goal.Right, axioms, longest: 30)!;
        Assert.True(Rewriting.IsProof(goal.Left, goal.Right, axioms, proof));
        IReadOnlyList<Term> lines = Rewriting.Lines(goal.Left, axioms, proof)!;
        return new
        {
            proof = lines.Skip(1).Select((line, i) => i == 0 ? $"{lines[0]} -> {line}" : $"-> {line}"),
            steps = proof.Count,
        };
    }

    private static object Helix(ZooCase c)
    {
        JsonObject hypotheses = c.Inputs["rewards"]!.AsObject();
        string[] names = [.. hypotheses.Select(h => h.Key)];
        string[] actions = [.. hypotheses[names[0]]!.AsObject().Select(a => a.Key)];
        HelixChoice found = HelixStep.Choose(
            [.. names.Select(h => actions.Select(a => hypotheses[h]![a]!.GetValue<double>()).ToArray())],
            [.. names.Select(h => c.Inputs["verifier_loss_sum"]![h]!.GetValue<double>())],
            c.Inputs.Whole("t"), c.Inputs.Number("epsilon_t"));
        return new
        {
            confidence_set = found.Confident.Select(h => names[h]),
            mode = found.IsConsensus ? "exploit" : "explore",
            action = actions[found.Action],
            minimax_regret_by_action = actions.Select((a, i) => (a, found.WorstRegrets[i])).ToDictionary(StringComparer.Ordinal),
        };
    }

    private static object Caps(ZooCase c)
    {
        string[] words = c.Inputs.Text("priority").Split(' ');
        Assert.Equal("constant", words[0]);
        double constant = double.Parse(words[1], CultureInfo.InvariantCulture);
        Dictionary<string, IReadOnlyList<int[]>> sets = c.Inputs.Wholes("dims").ToDictionary(
            n => $"{n}", n => CapSet.Greedy(n, _ => constant), StringComparer.Ordinal);
        return new
        {
            sizes = sets.ToDictionary(s => s.Key, s => s.Value.Count, StringComparer.Ordinal),
            valid = sets.Values.All(CapSet.IsCap),
            best_known = CapSet.BestKnown.Select((size, i) => ($"{i + 1}", size)).ToDictionary(StringComparer.Ordinal),
        };
    }

    private static double Dimension(ZooInputs z, FeedbackKind kind) =>
        Feedback.Dimension(kind, z.Whole("steps"), z.Whole("choices"));

    private static double Rounds(ZooInputs z, FeedbackKind kind) =>
        Feedback.MeanRounds(kind, z.Whole("length"), z.Whole("symbols"));
}
