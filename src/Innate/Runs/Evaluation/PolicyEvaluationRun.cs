using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Benchmarks.Policy;
using Innate.Rows;
using Innate.Sessions;

namespace Innate.Runs.Evaluation;

/// <summary>What a policy was measured at.</summary>
/// <param name="Model">What a person calls the model.</param>
/// <param name="Samples">Answers to each question.</param>
/// <param name="Temperature">Of the sampling.</param>
/// <param name="Results">Its metrics.</param>
public sealed record PolicyEvaluation(string Model, int Samples, double Temperature, PolicyResults Results)
{
    internal byte[] Json { private get; init; } = [];

    /// <summary>results.json; without a folder less the fingerprint, which none needs then.</summary>
    public byte[] ToJson() => Json;
}

/// <summary>
/// Measures a model's own answers: accuracy, pass@k, majority@k. Files, where a folder is given: items.jsonl and results.json.
/// </summary>
/// <param name="settings">What is asked, and how.</param>
public sealed class PolicyEvaluationRun(PolicyEvaluationSettings settings) : Run<PolicyEvaluation>
{
    /// <inheritdoc/>
    public override PolicyEvaluation Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        QuestionKind kind = QuestionSet.Parse(settings.Policy) ?? throw new InputException(
            nameof(settings.Policy), $"one of {string.Join(", ", QuestionSet.Names)}",
            $"'{settings.Policy}'{NearestName.Hint(settings.Policy, QuestionSet.Names)}");
        int samples = settings.Samples;
        double temperature = settings.Temperature ?? (samples == 1 ? 0 : 1);
        Check(temperature);
        if (settings.Output is { } output) TaskLines.RequireFolder(output, settings.Shard);
        IReadOnlyList<int> ks = settings.K.Count > 0 ? settings.K
            : [.. Enumerable.Range(0, 31).Select(p => 1 << p).TakeWhile(k => k <= samples)];
        using ModelSession session = OpenModel(settings.Model, cancellation);
        if (session.IsClassifier)
        {
            throw new InputException($"{session.Folder} is a trained reward model with a score head: it answers no questions.");
        }

        IReadOnlyList<CheckedQuestion> questions = Questions(kind);
        PolicySampling sampling = new(
            kind, samples, temperature, settings.MaxTokens, settings.Seed,
            settings.Instruction ?? (kind == QuestionKind.Arith || settings.Format.Raw ? "" : PolicyEvaluationSettings.InABox));
        RunHeader header = new(() => Header(session, sampling, questions.Count));
        PolicyAnswers answers = new(session, settings.Format, sampling);
        PolicyItem?[] items = Items(answers, questions, header, events, cancellation);
        PolicyResults results = settings.Shard is null ? new(items, ks) : PolicyResults.OfPart(items, ks);
        Write(results, session, samples, temperature, header);
        if (settings.Reasoning is { } reasoning)
        {
            // What is sampled stays: an interrupted check goes on with the same answers.
            ReasoningCheck check = new(reasoning, settings, session, OpenModel);
            results = results with { Reasoning = check.Run(ks, header, Advances(events, "questions checked"), cancellation) };
            Tell(results.Reasoning, events);
            Write(results, session, samples, temperature, header);
        }

        return new PolicyEvaluation(session.Name, samples, temperature, results)
        {
            Json = Json(results, session, samples, temperature, header),
        };
    }

    private void Write(PolicyResults results, ModelSession session, int samples, double temperature, RunHeader header)
    {
        if (settings.Output is not { } folder || settings.Shard is not null) return;
        WholeFile.Write(Path.Combine(folder, "results.json"), Json(results, session, samples, temperature, header));
    }

    private byte[] Json(PolicyResults results, ModelSession session, int samples, double temperature, RunHeader header)
    {
        JsonObject json = new()
        {
            ["benchmark"] = settings.Policy,
            ["model"] = session.Engine is null ? session.Folder : session.Title,
        };

        // Digests of weights take their time, and nobody resumes without a folder.
        if (settings.Output is not null)
        {
            json["fingerprint"] = new JsonObject(header.Settings.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));
        }

        (json["samples"], json["temperature"], json["seed"]) = (samples, temperature, settings.Seed);
        results.AddTo(json);
        return JsonBytes.Indented(json);
    }

    private static void Tell(ReasoningResults reasoning, IProgress<RunEvent>? events)
    {
        if (reasoning.LeftOut == 0) return;
        events?.Report(new RunNote(string.Create(
            CultureInfo.InvariantCulture,
            $"{reasoning.LeftOut} questions take no part in cot-pass@k, for a right answer of theirs has no verdict, the first "
            + $"one as {reasoning.FirstError}."), IsFault: true));
    }

    private void Check(double temperature)
    {
        settings.Reasoning?.Check();
        if (settings.Reasoning is not null && settings.Output is null)
        {
            throw new InputException(nameof(settings.Output), "a folder beside {CheckReasoning}", "none");
        }

        if (settings is { Shard: not null, Output: null })
        {
            throw new InputException(nameof(settings.Output), "a folder beside {Shard}", "none");
        }

        if (settings is { Shard: not null, Reasoning: not null })
        {
            throw new InputException(
                nameof(settings.Shard), "none beside {CheckReasoning}, which the resumed whole takes", "one");
        }

        if (settings.Samples < 1)
        {
            throw new InputException(nameof(settings.Samples), "a whole number of at least 1", $"{settings.Samples}");
        }

        if (settings.MaxTokens < 1)
        {
            throw new InputException(nameof(settings.MaxTokens), "a whole number of at least 1", $"{settings.MaxTokens}");
        }

        if (settings.Limit is < 1)
        {
            throw new InputException(nameof(settings.Limit), "a whole number of at least 1", $"{settings.Limit}");
        }

        if (!(temperature >= 0))
        {
            throw new InputException(
                nameof(settings.Temperature), "a number of at least 0", temperature.ToString(CultureInfo.InvariantCulture));
        }

        if (settings.Samples > 1 && temperature == 0)
        {
            throw new InputException(
                nameof(settings.Temperature),
                $"a number above 0 with {{Samples}} {settings.Samples}, which would be one answer several times", "0");
        }

        if (settings.K.Any(k => k < 1 || k > settings.Samples) || settings.K.Distinct().Count() < settings.K.Count)
        {
            throw new InputException(
                nameof(settings.K), $"different whole numbers from 1 to {{Samples}} ({settings.Samples})",
                string.Join(',', settings.K));
        }
    }

    private IReadOnlyList<CheckedQuestion> Questions(QuestionKind kind)
    {
        if (settings.Data is { } file) return QuestionSet.Read(kind, file, settings.Limit ?? 0);
        return kind == QuestionKind.Arith
            ? QuestionSet.Arithmetic(settings.Limit ?? 200, settings.Seed)
            : throw new InputException(nameof(settings.Data), "a file of questions, for only arith makes its own", "none");
    }

    // One a question, in order; null where it could not be asked.
    private PolicyItem?[] Items(
        PolicyAnswers answers, IReadOnlyList<CheckedQuestion> questions, RunHeader header, IProgress<RunEvent>? events,
        CancellationToken cancellation)
    {
        IProgress<WorkDone>? progress = Advances(events, "questions");
        if (settings.Output is not { } folder)
        {
            if (settings.Resume) throw new InputException(nameof(settings.Resume), "a folder in {Output}", "none");
            List<PolicyItem?> items = [];
            answers.Answer(questions, 0, lines => items.AddRange(lines.Select(Parse)), progress, cancellation);
            return [.. items];
        }

        using TaskLines lines = TaskLines.Of(
            folder, EvaluationRun.LinesFile, settings.Shard, "questions",
            [.. questions.Select(q => string.Join('\0', q.Messages.Select(m => m.Content)))]);
        lines.Write(settings.Resume, header, events, (output, done) => answers.Answer(
            [.. lines.Places.Select(i => questions[i])], done, output.WriteAll, progress, cancellation));
        if (lines.IsPart) lines.TellPart("evaluation", events);
        return lines.Read((line, _) => PolicyItems.Read(line));
    }

    private static PolicyItem? Parse(byte[] line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return PolicyItems.Read(document.RootElement);
    }

    private KeyValuePair<string, string>[] Header(ModelSession session, PolicySampling sampling, int questions) =>
    [
        new("policy", settings.Policy),
        new("data", settings.Data is null ? "made on the spot" : RowInput.DigestOf(settings.Data)),
        new("questions", questions.ToString(CultureInfo.InvariantCulture)),
        .. session.Fingerprint(settings.Format.Raw).Parts,
        new("samples", sampling.Samples.ToString(CultureInfo.InvariantCulture)),
        new("temperature", sampling.Temperature.ToString("R", CultureInfo.InvariantCulture)),
        new("max_tokens", sampling.MaxTokens.ToString(CultureInfo.InvariantCulture)),
        new("seed", sampling.Seed.ToString(CultureInfo.InvariantCulture)),
        new("instruction", sampling.Instruction),
        new("system", settings.Format.System ?? ""),
        new("template variables", settings.Format.DescribeVariables()),
    ];
}
