using System.Globalization;
using Innate.Audits.Contamination;
using Innate.Generation;
using Innate.Rows;
using Innate.Scoring.Grading;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Auditing;

/// <summary>
/// Shows a model the first part of known questions and lets it go on, always by the likeliest token: one that says the rest word
/// for word, and the right answer after it, has read them before (arXiv 2507.10532). The file: contamination.json.
/// </summary>
/// <param name="settings">What is looked at.</param>
public sealed class ContaminationRun(ContaminationSettings settings) : Run<ContaminationResults>
{
    // Questions that are gone on with together: they share the reading of the weights.
    private const int QuestionsATime = 32;

    /// <inheritdoc/>
    public override ContaminationResults Execute(
        IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        WholeFile.RequireFolder(nameof(settings.Output), settings.Output);
        if (settings.Limit is < 1)
        {
            throw new InputException(nameof(settings.Limit), "a whole number of at least 1", $"{settings.Limit}");
        }

        RowColumns? columns = RowColumns.ParseAny(settings.Columns);
        (string Question, string Answer)[] questions =
        [
            .. RowInput.Read(settings.Data, line => Question(new RowFields(RowJson.ParseObject(line), columns)), columns)
                .Take(settings.Limit ?? int.MaxValue).Select(q => q.Row),
        ];
        using ModelSession session = OpenModel(settings.Model, cancellation);
        if (session.IsClassifier)
        {
            throw new InputException($"{session.Folder} is a trained reward model with a score head: it goes on with no text.");
        }

        string folder = WholeFile.MakeFolder(nameof(settings.Output), settings.Output);
        List<(string Question, string Answer, int[][] Prompts)> known = [];
        ChatFormat format = session.Format(new ChatFormatOptions { Raw = true });
        foreach ((string question, string answer) in questions)
        {
            if (Prompts(question, format, session) is { } prompts) known.Add((question, answer, prompts));
        }

        if (known.Count == 0)
        {
            throw new InputException(
                $"{settings.Data}: expected questions of at least {PromptCut.FewestWords} words that the model can hold, found "
                + "none.");
        }

        ContaminationShare[] shares = [.. PromptCut.Shares.Select((share, s) =>
            Measure(session, share, s, known, events, cancellation))];
        ContaminationResults results = new(session.Title, questions.Length - known.Count, shares)
        {
            Fingerprint =
            [
                new("data", RowInput.DigestOf(settings.Data)),
                new("questions", questions.Length.ToString(CultureInfo.InvariantCulture)),
                new("max_tokens", settings.MaxTokens.ToString(CultureInfo.InvariantCulture)),
                .. session.Fingerprint(raw: true).Parts,
            ],
        };
        WholeFile.Write(Path.Combine(folder, "contamination.json"), results.ToJson());
        return results;
    }

    private ContaminationShare Measure(
        ModelSession session, double share, int place, List<(string Question, string Answer, int[][] Prompts)> known,
        IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        SamplingOptions greedy = new()
        {
            Temperature = 0, MaxTokens = settings.MaxTokens, StopIds = session.StopIds(new ChatFormatOptions { Raw = true }),
        };
        List<(bool Exact, bool Right)> found = [];
        IProgress<WorkDone>? progress = Advances(events, "continuations");
        int all = known.Count * PromptCut.Shares.Count;
        foreach (var batch in known.Chunk(QuestionsATime))
        {
            cancellation.ThrowIfCancellationRequested();
            int[][] prompts = [.. batch.Select(q => q.Prompts[place])];
            IReadOnlyList<GeneratedResponse[]> said = session.Generator.Generate(prompts, 1, greedy, null, cancellation);
            found.AddRange(batch.Select((q, i) =>
            {
                string text = GeneratedText.Of(session.Tokenizer, prompts[i], said[i][0]);
                return (PromptCut.Of(q.Question, share)!.Value.IsCompletedBy(text),
                    VerifiableAnswer.Check(text, q.Answer).Reward == 1);
            }));
            int done = (place * known.Count) + found.Count;
            progress?.Report(new WorkDone(done, 0, done / (double)all));
        }

        return ContaminationShare.Of(share, found);
    }

    // A question that cannot be cut or held in any of its parts is looked at in none.
    private static int[][]? Prompts(string question, ChatFormat format, ModelSession session)
    {
        try
        {
            List<int[]> prompts = [];
            foreach (double share in PromptCut.Shares)
            {
                if (PromptCut.Of(question, share) is not { } cut) return null;
                int[] ids = format.EncodePrompt(cut.Beginning).Ids;
                ModelLimits.Of(session.Traces).RequirePrompt(ids, room: 1);
                prompts.Add(ids);
            }

            return [.. prompts];
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static (string Question, string Answer) Question(RowFields row)
    {
        string answer = row.Scalar("answer");
        return string.IsNullOrWhiteSpace(answer)
            ? throw new InputException("\"answer\": expected a known answer, found an empty one")
            : (RowForms.Prompt(row).Conversation[^1].Content, answer);
    }
}
