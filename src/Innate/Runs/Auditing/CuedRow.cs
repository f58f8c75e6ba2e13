using Innate.Audits.Cues;
using Innate.Rows;

namespace Innate.Runs.Auditing;

/// <summary>A row of cues, ready to be asked.</summary>
/// <param name="Question">What it asks.</param>
/// <param name="Prompt">Its prompt, with the place of the cue.</param>
/// <param name="First">The ids of the prompt with the first cue; none where nothing is asked.</param>
/// <param name="Second">The ids of the prompt with the second cue.</param>
/// <param name="Own">Its own responses, one a cue; none where it is asked.</param>
internal sealed record CuedRow(
    CuedQuestion Question, RowPrompt Prompt, int[] First, int[] Second, IReadOnlyList<string> Own)
{
    /// <summary>Reads a row.</summary>
    /// <param name="line">The row.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    /// <param name="sampler">Asks; null: the row brings its responses.</param>
    /// <param name="reader">Says what it needs of the row.</param>
    /// <exception cref="InputException">What is wrong with it.</exception>
    public static CuedRow Read(InputLine line, RowColumns? columns, PromptSampler? sampler, SaidReader reader)
    {
        Row row = sampler is null ? RowParser.Parse(line, columns) : RowParser.ParsePrompt(line, columns);
        CuedQuestion question = CuedQuestion.Read(line.Number, new RowFields(row.Fields, columns), row.Prompt);
        reader.Require(question);
        if (sampler is not null)
        {
            if (question.Hacked is not null)
            {
                throw new InputException("\"hacked\": expected none where responses are sampled: it tells of the row's own");
            }

            return new CuedRow(
                question, row.Prompt, sampler.Encode(CuedQuestion.With(row.Prompt, question.Cues.First)),
                sampler.Encode(CuedQuestion.With(row.Prompt, question.Cues.Second)), []);
        }

        if (row.Shape != ResponseShape.Many || row.Responses.Count != 2)
        {
            throw new InputException("expected \"responses\", one to each of the two cues, found "
                + (row.Shape == ResponseShape.Many ? $"{row.Responses.Count}" : "another form"));
        }

        return new CuedRow(question, row.Prompt, [], [], [.. row.Responses.Select(r => r.Text
            ?? throw new InputException("expected responses as texts, found ids: answers are read from words"))]);
    }
}
