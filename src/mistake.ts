/** Something that whoever runs Postern has to put right: a command line, a configuration, a list, a rule. Exit 2. */
export class Mistake extends Error {
  override readonly name: string = 'Mistake';
}
