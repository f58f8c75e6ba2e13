using Innate.Text.ToolCalls;

namespace Innate.Environments.Tools;

/// <summary>
/// Questions that are answered with the help of tools, the loop of Jan-nano (arXiv 2506.22760): a turn is an assistant's message;
/// its calls are made, in order, and what the tools say comes back as messages of theirs. A message without a call is the final
/// answer, or what stands in its <c>&lt;answer&gt;</c> tags; it earns SQuAD's F1 with the best known one, and solves the question
/// where that is 1. Nothing that a tool says earns anything. A seed is a row: its number modulo the rows'.
/// </summary>
/// <param name="rows">The questions.</param>
/// <param name="tools">What may be called.</param>
/// <param name="maxSteps">The most messages of an episode.</param>
/// <param name="inWords">
/// Whether tools are described and answered in users' messages, in the words of Hermes, for models whose template takes none.
/// </param>
internal sealed class ToolWorld(IReadOnlyList<QuestionRow> rows, IToolBox tools, int maxSteps, bool inWords) : IEnvironment
{
    private const string Ask = "Give the final answer as <answer>...</answer>.";

    private readonly StepCount _steps = new(maxSteps);
    private QuestionRow _row = rows[0];
    private IReadOnlyList<ToolDefinition> _known = [];
    private bool _hasBegun;

    /// <inheritdoc/>
    public EnvironmentStep Reset(ulong seed)
    {
        _row = rows[(int)(seed % (ulong)rows.Count)];
        try
        {
            _known = tools.Begin();
        }
        catch (InputException e) when (_hasBegun)
        {
            // Tools that were there and are no more break an episode off; those that never were are the user's fault.
            return new EnvironmentStep("", IsDone: true) { Failure = e.Message.TrimEnd('.') };
        }

        _hasBegun = true;
        _steps.Begin();
        string asked = $"{_row.Question}\n{Ask}";
        return new EnvironmentStep(inWords ? $"{ToolWords.Describe(_known)}\n\n{asked}" : asked)
        {
            TakesWholeTurn = true, Tools = inWords ? [] : _known,
        };
    }

    /// <inheritdoc/>
    public EnvironmentStep Act(string action)
    {
        _steps.Take();
        ToolReply said = ToolCallParser.Parse(action, ToolCallForm.Hermes);
        if (said.Calls.Count == 0 && said.Problems.Count == 0) return Answered(AnswerTags.WithoutThought(action));
        List<string> answers = [];
        bool isValid = said.Problems.Count == 0;
        foreach (ToolCall call in said.Calls)
        {
            if (!_known.Any(t => t.Name == call.Name))
            {
                isValid = false;
                answers.Add($"There is no tool '{call.Name}'.");
                continue;
            }

            ToolAnswer answer = tools.Call(call);
            if (answer.Failure is not null)
            {
                _steps.End();
                return new EnvironmentStep("", IsDone: true) { Failure = answer.Failure };
            }

            answers.Add(answer.IsError ? $"Error: {answer.Text}" : answer.Text);
        }

        answers.AddRange(said.Problems.Select(p => $"This call cannot be read: {p}."));
        string shown = inWords ? ToolWords.Answer(answers) : string.Join('\n', answers);
        return new EnvironmentStep(shown, IsDone: _steps.IsOver)
        {
            IsValid = isValid, TakesWholeTurn = true, Answers = inWords ? [] : answers,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => tools.Dispose();

    private EnvironmentStep Answered(string said)
    {
        string answer = AnswerTags.Last(said, AnswerTags.Answer) ?? said.Trim();
        double score = _row.Score(answer);
        _steps.End();
        return new EnvironmentStep("", score, IsDone: true) { IsSolved = score == 1 };
    }
}
