/** Lines whose answer is known, in English. */

export const known = {
  known: {
    text: "Lines whose answer is known are handed out among the others. Nobody sees which they are, and what is found on them changes nothing; how often people find the answer stands under People and quality.",
    never: "Whoever says what the answer is never gets the line to look at.",
    none: "No line’s answer is known yet.",
    notHandedOut: "None is handed out now: how many of a thousand lines are to be such lines is laid down under People and quality, and stands at 0.",
    handedOut: (n: string) => `Of a thousand lines handed out for review, ${n} are such lines.`,
    add: "Add a known answer",
    fromHere: "Make it a known answer",
    fromLine: (section: number, line: number) => `Make it a known answer: section ${section}, line ${line}`,
    line: "Line",
    lineHelp: "Section/line, such as 12/5. It has to be decided.",
    answer: "Answer",
    voter: "Voter’s number on the roll",
    because: "How it is known",
    becauseHelp: "Such as: two supervisors looked at it together",
    keep: "Keep it",
    retire: "Retire",
    retireOne: (section: number, line: number) => `Retire section ${section}, line ${line}`,
    retireText: "The line is handed out as a known answer no more. What people found on it so far still counts for their agreement.",
  },
};
