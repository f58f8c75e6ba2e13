using System.CommandLine;
using System.Globalization;
using Innate.Cli.Rows;
using Innate.Cli.Scoring;
using Innate.Cli.Terminal;
using Innate.Engines;
using Innate.Rewards;
using Innate.Rows;
using Innate.Text;

namespace Innate.Cli.Commands;

/// <summary><c>innate score</c>: rows in, rewards out.</summary>
internal static class ScoreCommand
{
    private const string Description = """
        Score responses: JSON lines in, the same lines with their rewards out.

        In, one object a line; other fields are passed through:
          the prompt:    "prompt": "text" | "messages": [{"role","content"}...] | "prompt_ids": [ids]
          the responses: "response": "text" | "responses": ["text"...] | "chosen": "text", "rejected": "text"
                         | "response_ids": [ids] | "responses_ids": [[ids]...]
        Out: "reward" (one response), "rewards" (several), "reward_chosen" and "reward_rejected" (a pair).
        Ids are used as they are: no template, no end token. A bad row becomes {"error", "line"} in its place, the rest
        goes on, and the exit code is 2. Blank lines are bad rows, except at the end of the input.

        Examples:
          echo '{"prompt":"What is 47 + 85?","chosen":"132","rejected":"122"}' | innate score
          innate score --model DIR --in rows.jsonl --out rewards.jsonl --resume
          innate score --model DIR --adapter run/final --in rows.jsonl --out rewards.jsonl
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        RewardChoice reward = new();
        Option<string?> input = Opt.Text("--in", "FILE", "The rows; - is the pipe", "-");
        Option<string?> output = Opt.Text(
            "--out", "FILE", "The scored rows; - is the pipe. A file is written as FILE.partial until it is complete", "-");
        Option<bool> tokens = Opt.Flag("--tokens", "Also write each response's trace, token by token [off: rewards only]");
        Option<bool> resume = Opt.Flag(
            "--resume", "Go on after the rows that --out (or its .partial) holds already [off: start anew]");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress on stderr [off: show it]");

        Command command = new("score", Description);
        command.Add(input);
        command.Add(output);
        model.AddModelTo(command, adapter: true, engine: true);
        reward.AddTo(command);
        model.AddFormatTo(command);
        command.Add(tokens);
        command.Add(resume);
        command.Add(quiet);
        command.SetAction(parsed =>
        {
            RewardKind kind = reward.Kind(parsed);
            bool withTrace = parsed.GetValue(tokens);
            if (kind == RewardKind.Classifier && withTrace)
            {
                throw new InputException(
                    "--tokens has nothing to show for --reward classifier, which gives one number a response.");
            }

            ChatFormatOptions format = model.Format(parsed);
            RewardOptions options = reward.Options(parsed);
            using RowInput rows = RowInput.Open(parsed.GetValue(input)!, io);
            using ModelSession session = model.Open(parsed, io, note: !parsed.GetValue(quiet));
            string? referenceName = parsed.GetValue(reward.Reference);
            using ModelSession? reference = referenceName is null ? null : io.OpenModel(referenceName, ThreadsOf(parsed, model));
            RunHeader header = Header(rows, session, reference, kind, options, format, withTrace);
            using RowOutput sink = RowOutput.Open(parsed.GetValue(output)!, parsed.GetValue(resume), header, rows.Name, io);
            if (sink.Note is { } note && !parsed.GetValue(quiet)) io.Error.WriteLine($"innate: {note}");
            if (sink.IsComplete) return sink.HasErrors ? ExitCodes.BadInput : ExitCodes.Success;

            RequireKind(session, kind);
            if (reference is not null) RequireKind(reference, kind);
            Progress progress = new(io.Error, io.ErrorIsTerminal, io.Width, parsed.GetValue(quiet));
            RowScorer scorer = session.Scorer(reference, kind, options, withTrace);
            return Run(
                rows, sink, session.Encoder(format, LimitsOf(session, reference), withTrace), scorer, progress, io);
        });
        return command;
    }

    /// <exception cref="InputException">The model has the other kind of head, or is an engine that does not tell enough.</exception>
    internal static void RequireKind(ModelSession session, RewardKind kind)
    {
        if (session.Engine is { } engine)
        {
            if (kind == RewardKind.Classifier)
            {
                throw new InputException($"--reward classifier needs a score head, and --engine {engine.Address} hands out none.");
            }

            Reward.Require(kind, engine.Parts, $"{EngineNames.NameOf(engine.Kind)} at {engine.Address}");
        }

        if (kind == RewardKind.Classifier && !session.IsClassifier)
        {
            throw new InputException(
                $"--reward classifier needs a trained reward model, but {session.Folder} is a language model.");
        }

        if (kind != RewardKind.Classifier && session.IsClassifier)
        {
            throw new InputException($"{session.Folder} is a trained reward model with a score head: use --reward classifier.");
        }
    }

    internal static ModelLimits LimitsOf(ModelSession session, ModelSession? reference)
    {
        ModelLimits limits = ModelLimits.Of(session.Traces);
        if (reference is null) return limits;
        ModelLimits other = ModelLimits.Of(reference.Traces);

        // An engine may not tell its vocabulary.
        if (limits.VocabularySize == int.MaxValue) limits = limits with { VocabularySize = other.VocabularySize };
        if (other.VocabularySize != limits.VocabularySize)
        {
            throw new InputException(
                $"--reference: {reference.Folder} has a vocabulary of {other.VocabularySize}, but {session.Folder} one of {limits.VocabularySize}.");
        }

        return limits with { MaxPositions = Math.Min(limits.MaxPositions, other.MaxPositions) };
    }

    internal static int? ThreadsOf(ParseResult parsed, ModelOptions model) =>
        parsed.GetValue(model.Threads) is > 0 and int threads ? threads : null;

    private static int Run(RowInput input, RowOutput output, RowEncoder encoder, RowScorer scorer, Progress progress, CliIo io)
    {
        RowBatches batches = new(input.Lines, encoder);
        long start = batches.Skip(output.RowsDone);
        if (input.Length is > 0 and long length) progress.Report(0, 0, (double)start / length);
        long rows = 0;
        long tokens = 0;
        long errors = 0;
        try
        {
            // The next batch is tokenized while this one is computed.
            Task<List<PreparedRow>> next = Task.Run(() => batches.Next(io.Cancellation), CancellationToken.None);
            while (true)
            {
                next.Wait(io.Cancellation); // the pipe may be silent for long: Ctrl-C must not wait for it
                List<PreparedRow> batch = next.Result;
                if (batch.Count == 0) break;
                next = Task.Run(() => batches.Next(io.Cancellation), CancellationToken.None);
                byte[][] lines = scorer.Lines(batch, out int bad, io.Cancellation);
                foreach (byte[] line in lines) output.Write(line);
                output.Flush();
                rows += batch.Count;
                errors += bad;
                tokens += batch.Sum(r => (long)r.TokenCount);
                progress.Report(rows, tokens, input.Length is > 0 and long bytes ? (double)batch[^1].End / bytes : null);
            }
        }
        catch (Exception e) when (
            output.IsFile
            && (e is OperationCanceledException or AggregateException { InnerException: OperationCanceledException }))
        {
            // The second where the rows' reader saw the signal before this loop did.
            progress.Clear();
            io.Error.WriteLine(
                "innate: interrupted; the rows that are done are in the .partial file, and --resume goes on after them.");
            throw;
        }
        finally
        {
            progress.Clear();
        }

        output.Complete();
        if (errors > 0)
        {
            io.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"innate: {errors} of {rows} rows could not be scored; each has its reason in its place."));
        }

        return errors > 0 || output.HasErrors ? ExitCodes.BadInput : ExitCodes.Success;
    }

    private static KeyValuePair<string, string>[] EngineOf(ModelSession session) => session.Engine is not { } engine ? [] :
    [
        new("--engine", engine.Address),
        new("engine model", engine.Model),
        new("engine weights", engine.Weights ?? "unknown"),
    ];

    private static RunHeader Header(
        RowInput rows,
        ModelSession session,
        ModelSession? reference,
        RewardKind kind,
        RewardOptions options,
        ChatFormatOptions format,
        bool withTrace) => new(() =>
    [
        new("--in", rows.Name),
        new("rows", rows.Length is null ? "a pipe" : Digest.Whole(rows.Name)),
        .. EngineOf(session),
        new("--model", session.Folder == session.Engine?.Address ? "none" : Path.GetFullPath(session.Folder)),
        new("model files", Digest.OfModel(session.Folder)),
        new("--adapter", session.Adapter is { } adapter ? Path.GetFullPath(adapter) : "none"),
        new("adapter files", session.Adapter is null ? "none" : Digest.OfModel(session.Adapter)),
        new("--reward", RewardNames.NameOf(kind)),
        new("--alpha", options.Alpha.ToString("R", CultureInfo.InvariantCulture)),
        new("--gamma", options.Gamma.ToString("R", CultureInfo.InvariantCulture)),
        new("--beta", options.Beta.ToString("R", CultureInfo.InvariantCulture)),
        new("--reference", reference is null ? "none" : Path.GetFullPath(reference.Folder)),
        new("reference files", reference is null ? "none" : Digest.OfModel(reference.Folder)),
        new("--raw", format.Raw ? "on" : "off"),
        new("--system", format.System ?? ""),
        new(
            "--template",
            string.Join(
                ' ',
                (format.Variables ?? new Dictionary<string, string>()).OrderBy(p => p.Key, StringComparer.Ordinal)
                    .Select(p => $"{p.Key}={p.Value}"))),
        new("--tokens", withTrace ? "on" : "off"),
    ]);
}
