/**
 * What a review may look like, and what it says.
 *
 * A slot `{name}` is filled by a rule of that name or, where there is none, by a word of that class (words.ts). Its sign says
 * how the meaning of the part bears on the whole, and that is all there is to the semantics:
 *
 *   {name}    the part says what the whole says
 *   {-name}   the part says the opposite: denied, conceded, or somebody else's view that the author rejects
 *   {?name}   the part may say either and does not count: another's opinion, an expectation, a hypothesis
 *
 * Signs multiply on the way down (`?` counts as 0), so the label of a review is the sign of the words in it, undone. The rules are
 * listed as often as they are likely.
 */
export const rules: Readonly<Record<string, readonly string[]>> = {
	review: [
		"{straight}.",
		"{straight}.",
		"{contrast}.",
		"{contrast}.",
		"{distracted}.",
		"{distracted}.",
		"{reported}.",
		"{reported}. {aside}.",
		"{aside}. {reported}.",
	],
	straight: ["{claim}", "{claim}", "{claim}", "{simple}, and {claim}"],
	// What follows "but" counts.
	contrast: [
		"{-claim}, but {claim}",
		"{-simple} at first, but {simple}",
		"{-simple}. Still, {claim}",
		"although {-simple}, {claim}",
		"{simple}, although {-simple}",
		"{simple}, even if {-simple}",
		"I wanted to {-like} {topic}, but {claim}",
	],
	// What does not count, before or after.
	distracted: [
		"{aside}. {claim}",
		"{claim}. {aside}",
		"{aside}, but {claim}",
		"{aside}. {contrast}",
		"{contrast}. {aside}",
	],
	// What others say counts when the author says so.
	reported: [
		"{opinion}, {agreed}",
		"{-opinion}, {rejected}",
		"{person} {liked} {topic}, and so did I",
		"{person} {-liked} {topic}, but I did not",
		"unlike {person}, I {liked} {topic}",
		"unlike {person}, I did not {-like} {topic}",
	],
	claim: [
		"{simple}",
		"{simple}",
		"{simple}",
		"{simple}",
		"{simple}",
		"{simple}",
		"{granted} {simple}",
		"{denied} {-simple}",
	],
	simple: ["{plain}", "{plain}", "{turned}"],
	plain: [
		"{topic} {seemed} {quality}",
		"{topic} {seemed} {degree} {quality}",
		"{topic} {seemed} {quality} and {quality}",
		"{topic} was {stressed} {quality}",
		"there was something {degree} {quality} about {topic}",
		"{topic} was {noun}",
		"{topic} was {stressed} {noun}",
		"{topic} had {much} {asset}",
		"{topic} did not lack {asset}",
		"{topic} could not have been {comparative}",
		"I have rarely seen anything {comparative} than {topic}",
		"I {liked} {topic}",
		"I {honestly} {liked} {topic}",
		"I could not help but {like} {topic}",
		"{topic} {affected}",
		"{topic} {honestly} {affected}",
		"{topic} never failed to {affect}",
	],
	turned: [
		"{topic} was {not} {-quality}",
		"{topic} was not {degree} {-quality}",
		"{topic} was neither {-quality} nor {-quality}",
		"nobody could call {topic} {-quality}",
		"there was nothing {-quality} about {topic}",
		"for all its {-asset}, {topic} was {quality}",
		"{topic} was {not} {-noun}",
		"{topic} had no {-asset}",
		"{topic} lacked {-asset}",
		"{topic} was free of {-asset}",
		"{topic} could have been {-comparative}",
		"I did not {-like} {topic}",
		"I found it hard to {-like} {topic}",
		"{topic} did not {-affect}",
		"{topic} failed to {-affect}",
	],
	opinion: [
		"{person} found {topic} {quality}",
		"{person} called {topic} {noun}",
		"{person} said that {topic} was {quality}",
		"{person} said that {topic} was {not} {-quality}",
		"{person} thought that {topic} had {much} {asset}",
		"{person} thought that {topic} lacked {-asset}",
		"{person} told me that {topic} could have been {-comparative}",
		"{person} {liked} {topic}",
		"{person} did not {-like} {topic}",
	],
	aside: [
		"{fact}",
		"{fact}",
		"{?opinion}",
		"{?opinion}",
		"{other} was {degree} {?quality}",
		"{other} was {not} {?quality}",
		"{source} promised that {topic} would be {?quality}",
		"{source} made {topic} look like {?noun}",
		"I had expected {topic} to be {?quality}",
		"{person} may well {?like} {topic}",
		"{if}, {person} might have called {topic} {?quality}",
	],
}
