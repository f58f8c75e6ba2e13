using System.Globalization;
using System.Text.Json.Nodes;
using Innate.Environments;
using Innate.Environments.Agents;
using Innate.Reports;
using Innate.Sessions;

namespace Innate.Runs.Worlds;

/// <summary>
/// How well a model plays a world. Files, where a folder is given: episodes.jsonl (one line an episode: turns, ids, who wrote
/// them), results.json, report.html.
/// </summary>
/// <param name="settings">Who plays what.</param>
public sealed class WorldEvaluationRun(WorldSettings settings) : Run<WorldResults>
{
    /// <inheritdoc/>
    public override WorldResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        settings.Check();
        WorldChoice world = WorldChoice.Of(settings.World, settings.OpenWorld);
        if (settings.Output is { } output) WholeFile.RequireFolder(nameof(settings.Output), output);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        if (session.IsClassifier)
        {
            throw new InputException($"{session.Folder} is a trained reward model with a score head: it plays nothing.");
        }

        ulong[] seeds = [.. Enumerable.Range(0, settings.Episodes).Select(i => settings.Seed + (ulong)i)];
        IProgress<WorkDone>? progress = Advances(events, "episodes");
        double all = (double)settings.Episodes * settings.Group;
        IReadOnlyList<Episode[]> groups = settings.Player(session, world).Play(
            seeds, settings.Group, settings.Sampling(session), done => progress?.Report(new WorkDone(done, 0, done / all)),
            cancellation);
        IReadOnlyList<KnownEpisode>? known = KnownOf(world, seeds, cancellation);
        WorldResults results = WorldResults.Of(groups, known);
        if (results.Failed > 0)
        {
            events?.Report(new RunNote(
                $"{results.Failed} of {results.Episodes} episodes were broken off and are in no rate, the first one as "
                + $"{results.FirstFailure}.", IsFault: true));
        }

        Write(session, groups, known, results);
        return results;
    }

    /// <summary>What is known of episodes beforehand; null: the world is not of that kind.</summary>
    internal static IReadOnlyList<KnownEpisode>? KnownOf(
        WorldChoice choice, IReadOnlyList<ulong> seeds, CancellationToken cancellation)
    {
        using IEnvironment world = choice.Open();
        if (world is not IExactWorld exact) return null;
        List<KnownEpisode> known = [];
        foreach (ulong seed in seeds)
        {
            cancellation.ThrowIfCancellationRequested();
            exact.Reset(seed);
            known.Add(new KnownEpisode(exact.OptimalSteps, exact.RandomSuccess()));
        }

        return known;
    }

    private void Write(
        ModelSession session, IReadOnlyList<Episode[]> groups, IReadOnlyList<KnownEpisode>? known, WorldResults results)
    {
        if (settings.Output is not { } folder) return;
        WholeFile.MakeFolder(nameof(settings.Output), folder);
        WholeFile.Write(
            Path.Combine(folder, "episodes.jsonl"),
            [.. groups.SelectMany((g, i) => g.SelectMany(e => Transcript.Line(e, known?[i])))]);
        Fact[] facts =
        [
            new("world", settings.World), new("model", session.Name), new("seed", Text(settings.Seed)),
            new("episodes of a seed", Text(settings.Group)), new("most turns", Text(settings.MaxTurns)),
            new("most tokens of a turn", Text(settings.TurnTokens)), new("temperature", Text(settings.Temperature)),
            new("instructions", settings.Instructions ? "told" : "not told"),
            .. session.Fingerprint(settings.Format.Raw).Parts.Select(p => new Fact(p.Key, p.Value)),
        ];
        JsonObject json = new()
        {
            ["settings"] = new JsonObject(facts.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Value))),
            ["metrics"] = results.Metrics(),
        };
        WholeFile.Write(Path.Combine(folder, "results.json"), JsonBytes.Indented(json));
        WorldReport.Build($"{settings.World.Split(',', ':')[0]} · {session.Name}", facts, results, groups, session.Tokenizer)
            .Write(Path.Combine(folder, "report.html"));
    }

    private static string Text(IConvertible number) => number.ToString(CultureInfo.InvariantCulture);
}
